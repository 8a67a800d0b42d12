// `troop stack neighbours`: for each other version of each package of a stack the nearest valid stack.
import { plural } from '../../../../shared/terminal/format.ts';
import { tableLines } from '../../../../shared/terminal/table.ts';
import type { NeighboursAnswer } from '../../../sampling/queries/find-neighbours.ts';
import { differenceSentence } from './difference-lines.ts';
import { withStacks, type StackTools } from './open-stacks.ts';
import { spaceBody } from './space-body.ts';
import { budgetBody, wholeNumber, type BudgetFlags, type SpaceFlags } from './space-flags.ts';
import { readStackFile } from './stack-file.ts';

export interface NeighboursFlags extends SpaceFlags, BudgetFlags {
  readonly baseline: string;
  readonly packages?: string;
  readonly count: string;
}

export const neighboursCommand = (requirements: readonly string[], flags: NeighboursFlags): Promise<number> =>
  withStacks(flags, (tools) => neighbours(tools, requirements, flags));

/** 0; 1 when no other version is possible. */
export async function neighbours(
  tools: StackTools,
  requirements: readonly string[],
  flags: NeighboursFlags,
): Promise<number> {
  const { stacks, terminal } = tools;
  const answer = await stacks.neighbours({
    ...(await spaceBody(tools, requirements, flags)),
    ...budgetBody(flags),
    limit: wholeNumber(flags.count, '-n'),
    ...(flags.baseline === 'latest' ? {} : { baseline: await readStackFile(flags.baseline, flags) }),
    ...(flags.packages === undefined ? {} : { packages: namesOf(flags.packages) }),
  });
  const shown = answer.neighbours;
  if (flags.json === true) {
    terminal.out(JSON.stringify(answer));
    return shown.length === 0 ? 1 : 0;
  }
  const columns = [
    { title: 'package' },
    { title: 'version' },
    { title: 'changes', align: 'right' },
    { title: 'nearest stack' },
  ] as const;
  const rows = shown.map((one) => [
    one.name,
    buildOf(one),
    String(one.changes),
    differenceSentence(one.difference),
  ]);
  if (rows.length > 0) for (const line of tableLines(terminal, columns, rows)) terminal.out(line);
  for (const text of answer.violations) terminal.say(`note: the baseline does not satisfy: ${text}`);
  const rest = answer.possible - shown.length;
  terminal.say(
    `${plural(answer.possible, 'other version')} possible, ${answer.impossible} in no stack` +
      (rest > 0 ? `; ${rest} more with -n ${answer.possible}` : ''),
  );
  return shown.length === 0 ? 1 : 0;
}

/** The version; with its index where that changes too: two may have the same version. */
function buildOf({
  name,
  version,
  index,
  variant,
  difference,
}: NeighboursAnswer['neighbours'][number]): string {
  const isOfAnother = difference.changed.some((one) => one.name === name && one.from.index !== one.to.index);
  return [version, ...(variant === null ? [] : [variant]), ...(isOfAnother ? [`of ${index}`] : [])].join(' ');
}

function namesOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
