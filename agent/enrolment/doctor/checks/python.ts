// Without a Python there is nothing to build stacks for.
import { fail, ok, type Check } from '../check.ts';
import { OLDEST_PYTHON, usableInterpreters } from '../usable-interpreters.ts';

export const pythonCheck: Check = {
  id: 'python',
  title: 'Python',
  run: async ({ fingerprint }) => {
    const versions = usableInterpreters(fingerprint).map(
      ({ fullVersion, path }) => `${fullVersion} (${path})`,
    );
    if (versions.length > 0) return ok(versions.join(', '));
    const others = (fingerprint.interpreters ?? []).map(
      ({ path, fullVersion }) => `${fullVersion} (${path})`,
    );
    const seen = others.length === 0 ? 'none was found' : `only ${others.join(', ')}`;
    return fail(seen, `install CPython ${OLDEST_PYTHON} or newer, the X.Y that your campaigns ask for`);
  },
};
