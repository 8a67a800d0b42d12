// `troop stack count`: how many stacks a request allows, how large each dimension is, and what was left out.
import { parseRequirement } from '../../../../shared/stack/requirement.ts';
import { environmentKey } from '../../../../shared/stack/environment.ts';
import { formatDuration, plural } from '../../../../shared/terminal/format.ts';
import { tableLines } from '../../../../shared/terminal/table.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { CountAnswer } from '../../../sampling/queries/count-stacks.ts';
import type { VersionShares } from '../../../sampling/queries/shares.ts';
import { withStacks, type StackTools } from './open-stacks.ts';
import { spaceBody } from './space-body.ts';
import { budgetBody, type BudgetFlags, type SpaceFlags } from './space-flags.ts';

export interface CountFlags extends SpaceFlags, BudgetFlags {
  readonly where?: readonly string[];
  readonly marginals?: readonly string[];
}

/** Below that an estimate may be off by orders of magnitude. */
const FEW_SAMPLES = 100;

export const countCommand = (requirements: readonly string[], flags: CountFlags): Promise<number> =>
  withStacks(flags, (tools) => count(tools, requirements, flags));

/** 0; 1 when there is certainly no stack. */
export async function count(
  tools: StackTools,
  requirements: readonly string[],
  flags: CountFlags,
): Promise<number> {
  const { stacks, terminal } = tools;
  const answer = await stacks.count({
    ...(await spaceBody(tools, requirements, flags)),
    ...budgetBody(flags),
    where: [...(flags.where ?? [])],
    marginals: [...(flags.marginals ?? [])],
  });
  const isEmpty = answer.count === '0';
  if (flags.json === true) terminal.out(JSON.stringify(answer));
  else for (const line of countLines(terminal, answer)) terminal.out(line);
  if (isEmpty) terminal.say("hint: 'troop stack explain' with the same request says why there is no stack");
  return isEmpty ? 1 : 0;
}

function countLines(terminal: Terminal, answer: CountAnswer): readonly string[] {
  return [
    terminal.style('bold', headline(answer)),
    ...(answer.conflict === null ? [] : [answer.conflict]),
    ...estimateLines(answer),
    sizeLine(answer),
    ...whereLines(answer),
    ...answer.marginals.flatMap((shares) => ['', ...marginalLines(terminal, shares)]),
    ...(answer.dimensions.length === 0 ? [] : ['', ...dimensionLines(terminal, answer)]),
    ...leftOutLines(answer),
  ];
}

function headline({ count: digits, exact, log10, environment }: CountAnswer): string {
  const where = `on ${environmentKey(environment)}`;
  if (digits === null) return `an unknown number of stacks ${where}: no walk found one`;
  const power = log10 === null ? '' : ` (10^${log10.toFixed(2)})`;
  return exact
    ? `${digits} ${digits === '1' ? 'stack' : 'stacks'} ${where}, exactly${power}`
    : `about ${digits} stacks ${where}${power}`;
}

function estimateLines({ estimate, log10 }: CountAnswer): readonly string[] {
  if (estimate === null) return [];
  const size = estimate.effectiveSampleSize;
  const error = log10 === null ? '' : `, ± ${(estimate.relativeError * 100).toPrecision(2)} %`;
  return [
    `An estimate, since the space was too intricate to be compiled: ${estimate.walks} random walks, ` +
      `effective sample size ${Math.round(size)}${error}.`,
    ...(size < FEW_SAMPLES ? ['So few may be off by orders of magnitude.'] : []),
  ];
}

function sizeLine(answer: CountAnswer): string {
  const { packages, candidates, classes, seenPackages, seenCandidates, nodes, durationMs } = answer;
  return (
    `${plural(packages, 'package')} with ${plural(candidates, 'candidate')} in ${classes} ${classes === 1 ? 'class' : 'classes'}, out of ` +
    `${plural(seenPackages, 'project')} with ${plural(seenCandidates, 'candidate')}; ` +
    `${plural(nodes, 'node')} in ${formatDuration(durationMs)}`
  );
}

function whereLines({ where, dimensions }: CountAnswer): readonly string[] {
  if (where === null) return [];
  const known = new Set(dimensions.flatMap(({ name, standIns }) => [name, ...standIns]));
  const strange = where.requirements
    .map((text) => parseRequirement(text).name)
    .filter((name) => !known.has(name));
  const aside = strange.length === 0 ? '' : `; no stack has ${strange.join(' or ')}`;
  return [
    `${where.count} of them have ${where.requirements.join(' and ')} (${percent(where.share)})${aside}`,
  ];
}

function marginalLines(terminal: Terminal, { name, versions, absent }: VersionShares): readonly string[] {
  const columns = [
    { title: name },
    { title: 'stacks', align: 'right' },
    { title: 'share', align: 'right' },
  ] as const;
  const isOneIndex = new Set(versions.map(({ index }) => index)).size < 2;
  const rows = versions.map(({ project, version, index, variant, count: stacks, share }) => [
    [
      ...(project === name ? [] : [project]),
      version,
      ...(variant === null ? [] : [variant]),
      ...(isOneIndex ? [] : [`of ${index}`]),
    ].join(' '),
    stacks,
    percent(share),
  ]);
  const without = absent.count === '0' ? [] : [['(absent)', absent.count, percent(absent.share)]];
  return tableLines(terminal, columns, [...rows, ...without]);
}

function dimensionLines(terminal: Terminal, { dimensions }: CountAnswer): readonly string[] {
  const columns = [
    { title: 'package' },
    { title: 'candidates', align: 'right' },
    { title: 'classes', align: 'right' },
    { title: 'newest' },
    { title: 'oldest' },
    { title: 'in' },
  ] as const;
  const rows = dimensions.map((dimension) => [
    [dimension.name, ...dimension.standIns].join(' or '),
    String(dimension.candidates),
    String(dimension.classes),
    dimension.newest,
    dimension.oldest,
    dimension.isRequired ? 'every stack' : 'some',
  ]);
  return tableLines(terminal, columns, rows);
}

function leftOutLines({ excluded, assumed }: CountAnswer): readonly string[] {
  const lines = [
    ...excluded.map(
      ({ releases, label, projects }) =>
        `left out ${plural(releases, 'release')}: ${label} (${someOf(projects)})`,
    ),
    ...(assumed.length === 0 ? [] : [`assumed, since the knowledge lacks them: ${someOf(assumed)}`]),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

const SHOWN_NAMES = 5;

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown;
}

function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 0.01) return `${value.toFixed(2)} %`;
  return `${value.toExponential(1)} %`;
}
