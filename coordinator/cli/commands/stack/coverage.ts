// `troop stack coverage`: how much of a space some stacks cover. They are read as they come, any number of them.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { normalizeName } from '../../../../shared/stack/name.ts';
import { CoverageCounter, type Coverage, type CoveredShare } from '../../../monkey/covered/count-coverage.ts';
import { snapshotLines } from '../../../knowledge/store/snapshot-lines.ts';
import type { NamedPackage } from '../../../monkey/values-of.ts';
import { frameOf } from '../../../sampling/queries/frame-coverage.ts';
import { withStacks, type StackTools } from './open-stacks.ts';
import { spaceBody } from './space-body.ts';
import { budgetBody, type BudgetFlags, type SpaceFlags } from './space-flags.ts';
import { unreadable } from '../../../../shared/runtime/named-file.ts';

export interface CoverageFlags extends SpaceFlags, BudgetFlags {
  readonly stacks: string;
}

export const coverageCommand = (requirements: readonly string[], flags: CoverageFlags): Promise<number> =>
  withStacks(flags, (tools) =>
    coverage(tools, requirements, flags, () =>
      flags.stacks === '-' ? process.stdin : createReadStream(flags.stacks),
    ),
  );

/** 0. @throws TROOP-1008, TROOP-1002 with the line that is no stack */
export async function coverage(
  tools: StackTools,
  requirements: readonly string[],
  flags: CoverageFlags,
  open: () => Readable,
): Promise<number> {
  const body = { ...(await spaceBody(tools, requirements, flags)), ...budgetBody(flags) };
  const { stacks, terminal } = tools;
  const counter = new CoverageCounter(frameOf(await stacks.coverage(body)));
  for await (const packages of stacksOf(open(), flags.stacks)) counter.add(packages);
  const covered = counter.coverage;
  if (flags.json === true) terminal.out(JSON.stringify(covered));
  else for (const line of lines(covered)) terminal.out(line);
  return 0;
}

/** Plain or compressed, as snapshots are. */
async function* stacksOf(input: Readable, path: string): AsyncGenerator<readonly NamedPackage[]> {
  let number = 0;
  try {
    for await (const line of snapshotLines(input)) {
      number += 1;
      if (line.trim() !== '') yield packagesOf(line, `line ${number} of ${path}`);
    }
  } catch (error) {
    throw error instanceof TroopError ? error : unreadable(path, error);
  }
}

function packagesOf(line: string, what: string): readonly NamedPackage[] {
  const value = parsed(line);
  const packages: unknown =
    typeof value === 'object' && value !== null && 'packages' in value ? value.packages : undefined;
  if (!Array.isArray(packages) || !packages.every(isNamed)) {
    throw new TroopError('TROOP-1002', { what, reason: "it is no stack as 'troop stack sample' prints it" });
  }
  return packages.map((item) => ({ ...item, name: normalizeName(item.name) }));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isNamed(item: unknown): item is NamedPackage {
  return (
    typeof item === 'object' &&
    item !== null &&
    'name' in item &&
    typeof item.name === 'string' &&
    'version' in item &&
    typeof item.version === 'string' &&
    (!('variant' in item) || typeof item.variant === 'string')
  );
}

function lines({ stacks, foreignStacks, exact, versions, pairs }: Coverage): readonly string[] {
  return [
    `${stacks} stacks${foreignStacks === 0 ? '' : `, ${foreignStacks} of them with what the space does not have`}`,
    `versions                  ${shareText(versions, exact)}`,
    `pairs of version classes  ${shareText(pairs, exact)}`,
    ...(exact ? [] : ['The space could not be compiled: the numbers of what is reachable are upper bounds.']),
  ];
}

function shareText({ covered, reachable }: CoveredShare, exact: boolean): string {
  const percent = reachable === 0 ? 100 : (100 * covered) / reachable;
  return `${covered} of ${exact ? '' : 'at most '}${reachable} (${percent.toFixed(1)} %)`;
}
