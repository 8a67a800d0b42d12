// uv builds an environment in a fraction of a second; without it pip builds, only slower.
import { PINNED_UV } from '../../../build/bootstrap-uv.ts';
import { ok, skip, type Check } from '../check.ts';
import { findUvHere } from '../find-uv-here.ts';

export const uvCheck: Check = {
  id: 'uv',
  title: 'uv',
  run: async (context) => {
    const found = await findUvHere(context);
    if (found !== null) return ok(`${found.version} (${found.path})`);
    return skip(`none yet: the agent fetches ${PINNED_UV.version} with pip when it starts, else pip builds`);
  },
};
