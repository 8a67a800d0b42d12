// The stack that a command is given in a file of any kind that people have.
import { readStackText } from '../../../inputs/read-stack.ts';
import type { GivenStack } from '../../../sampling/queries/check-stack.ts';
import { readText } from '../../request-flags.ts';
import { DEFAULT_PYTHON } from './space-body.ts';

/** '-' is standard input. A package whose index the file does not tell has none. @throws TROOP-1008, TROOP-2001, TROOP-2006 */
export async function readStackFile(
  path: string,
  flags: { readonly python?: string; readonly platform?: string } = {},
): Promise<GivenStack> {
  const { python = DEFAULT_PYTHON, platform } = flags;
  const text = await readText(path === '-' ? '/dev/stdin' : path);
  const { environment, packages } = readStackText(text, path, {
    environment: { python, platform },
    index: '',
  });
  return {
    environment,
    packages: packages.map(({ index, ...one }) => (index === '' ? one : { ...one, index })),
  };
}
