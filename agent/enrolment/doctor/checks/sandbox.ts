// Which way of isolation really works here: tried, not guessed. What it does not give is told.
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../../../shared/runtime/make-folder.ts';
import { chooseSandbox } from '../../../sandbox/choose-sandbox.ts';
import { fail, ok, warn, type Check } from '../check.ts';

const BETTER = 'install bubblewrap (bwrap), or util-linux 2.38 or newer, and allow user namespaces';

export const sandboxCheck: Check = {
  id: 'sandbox',
  title: 'sandbox',
  run: async ({ layout, ...context }) => {
    const made = await makeScratch(layout.scratch);
    if ('reason' in made) {
      return fail(
        `the state directory ${layout.root} cannot be written: ${made.reason}`,
        "name another with '--state DIR', or run as its owner",
      );
    }
    try {
      const { sandbox, rejected } = await chooseSandbox({ ...context, scratchDirectory: layout.scratch });
      const passedOver = rejected.map(({ kind, reason }) => `${kind}: ${reason}`);
      const { weaknesses } = sandbox;
      const weak = weaknesses.length === 0 ? [] : [`weaknesses: ${weaknesses.join(', ')}`];
      const seen = [sandbox.kind, ...weak, ...passedOver].join('; ');
      // A limit that is sampled holds, only a moment later.
      return weaknesses.every((one) => one.endsWith('-sampled')) ? ok(seen) : warn(seen, BETTER);
    } finally {
      await made.takeBack();
    }
  },
};

/** What was made is taken away again, as long as it is empty: a doctor leaves nothing behind. */
async function makeScratch(
  path: string,
): Promise<{ readonly takeBack: () => Promise<void> } | { readonly reason: string }> {
  try {
    const first = await makeFolder(path, 0o700);
    return { takeBack: () => (first === undefined ? Promise.resolve() : removeEmpty(path, first)) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

async function removeEmpty(path: string, first: string): Promise<void> {
  try {
    for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await rmdir(folder);
  } catch {
    // Somebody uses it meanwhile: then it stays.
  }
}
