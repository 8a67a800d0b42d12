// The oldest Node that both programs are tested on (package.json, `engines`).
import semver from 'semver';
import { fail, ok, type Check } from '../check.ts';

export const OLDEST_NODE = '20.19.0';

export const nodeCheck: Check = {
  id: 'node',
  title: 'Node.js',
  run: async ({ nodeVersion }) =>
    semver.gte(nodeVersion, OLDEST_NODE)
      ? ok(nodeVersion)
      : fail(nodeVersion, `install Node.js ${OLDEST_NODE} or newer`),
};
