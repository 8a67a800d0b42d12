// `troop stack diff`: what tells two stacks apart. Asks nobody.
import { differenceOf } from '../../../../shared/stack/difference.ts';
import type { StackPackage } from '../../../../shared/stack/stack.ts';
import { normalizeName } from '../../../../shared/stack/name.ts';
import { parseVersion } from '../../../../shared/stack/version.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { GivenStack } from '../../../sampling/queries/check-stack.ts';
import { processTerminal } from '../../command-context.ts';
import { differenceLines } from './difference-lines.ts';
import { readStackFile } from './stack-file.ts';

export interface DiffFlags {
  readonly json?: boolean;
}

export const diffCommand = (first: string, second: string, flags: DiffFlags): Promise<number> =>
  diffStacks(processTerminal(), first, second, flags);

/** Always 0: that stacks differ is an answer, not a failure. */
export async function diffStacks(
  terminal: Terminal,
  first: string,
  second: string,
  flags: DiffFlags,
): Promise<number> {
  const before = await readStackFile(first);
  const after = await readStackFile(second);
  const difference = differenceOf(packagesOf(before, after), packagesOf(after, before));
  if (flags.json === true) {
    terminal.out(JSON.stringify(difference));
    return 0;
  }
  const lines = differenceLines(terminal, difference);
  for (const line of lines) terminal.out(line);
  if (lines.length === 0) terminal.say('they have the same packages');
  return 0;
}

/** A package without an index is of the same one as the other stack's. */
function packagesOf({ packages }: GivenStack, other: GivenStack): readonly StackPackage[] {
  const indexes = new Map(other.packages.map(({ name, index }) => [normalizeName(name), index]));
  return packages.map((item) => ({
    ...item,
    name: normalizeName(item.name),
    version: parseVersion(item.version).text,
    index: item.index ?? indexes.get(normalizeName(item.name)) ?? '',
  }));
}
