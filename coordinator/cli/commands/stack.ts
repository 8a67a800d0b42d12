// `troop stack sample|check`, on the coordinator's knowledge or on a snapshot file without any server.
import { readFile } from 'node:fs/promises';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { formatPipfileLock } from '../../../shared/stack/formats/pipfile-lock.ts';
import { formatPylock } from '../../../shared/stack/formats/pylock.ts';
import { formatRequirementsTxt } from '../../../shared/stack/formats/requirements-txt.ts';
import { makeStack, type LockedStack, type Stack } from '../../../shared/stack/stack.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import type { Violation } from '../../../shared/stack/violation.ts';
import { createSamplingEngine } from '../../sampling/engine.ts';
import { openContext, processTerminal, type CommonFlags } from '../command-context.ts';
import { readSnapshotFile } from '../../knowledge/read-snapshot-file.ts';

export interface SpaceFlags extends CommonFlags {
  readonly knowledge?: string;
  readonly python?: string;
  readonly platform?: string;
}

export interface SampleFlags extends SpaceFlags {
  readonly count: string;
  readonly seed: string;
  readonly strategy: string;
  readonly format: string;
}

const FORMATS: Readonly<Record<string, (stack: LockedStack) => string>> = {
  jsonl: (stack) => JSON.stringify(plainStack(stack)),
  requirements: (stack) => formatRequirementsTxt(stack, { hashes: true }),
  pylock: formatPylock,
  'pipfile-lock': formatPipfileLock,
};

/** 0 when all were drawn, 1 when the space has fewer. */
export async function sampleCommand(requirements: readonly string[], flags: SampleFlags): Promise<number> {
  const format = FORMATS[flags.format];
  if (format === undefined) {
    throw new TroopError('TROOP-1002', {
      what: '--format',
      reason: `'${flags.format}' is none of ${Object.keys(FORMATS).join(', ')}`,
    });
  }
  const count = Number(flags.count);
  if (!Number.isInteger(count) || count < 1) {
    throw new TroopError('TROOP-1002', { what: '-n', reason: `'${flags.count}' is no whole number above 0` });
  }
  const terminal = processTerminal();
  const { stacks, isDry } = await (flags.knowledge === undefined
    ? sampleThere(requirements, flags, count)
    : sampleHere(requirements, flags, count));
  for (const stack of stacks) {
    terminal.out(flags.json === true ? JSON.stringify(plainStack(stack)) : format(stack).trimEnd());
  }
  if (isDry) terminal.say(`the space holds no more: ${stacks.length} of ${count}`);
  return isDry ? 1 : 0;
}

/** The form of DESIGN.md: without files. */
function plainStack({ stack_id, environment, packages }: LockedStack): Stack {
  return { stack_id, environment, packages: packages.map(({ files: _files, ...one }) => one) };
}

interface Sampled {
  readonly stacks: readonly LockedStack[];
  readonly isDry: boolean;
}

async function sampleThere(
  requirements: readonly string[],
  flags: SampleFlags,
  count: number,
): Promise<Sampled> {
  const { api } = await openContext(flags);
  return await api.post<Sampled>('/stacks/sample', {
    requirements,
    strategy: flags.strategy,
    seed: flags.seed,
    count,
    ...(flags.python === undefined ? {} : { python: flags.python }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
  });
}

const DEFAULT_PYTHON = '3.11';
const DEFAULT_PLATFORM = 'linux_x86_64';

async function sampleHere(
  requirements: readonly string[],
  flags: SampleFlags,
  count: number,
): Promise<Sampled> {
  const snapshot = await readSnapshotFile(flags.knowledge ?? '');
  const engine = createSamplingEngine(() => Promise.resolve(snapshot));
  const { python = DEFAULT_PYTHON, platform = DEFAULT_PLATFORM } = flags;
  return await engine.draw(
    {
      space: {
        snapshotId: snapshot.id,
        requirements,
        constraints: [],
        environment: canonicalEnvironment({ python, platform }),
        indexes: snapshot.header.indexes.map(({ name }) => name),
        policy: { allowSdists: false, excludeNewer: null },
      },
      strategy: flags.strategy,
      seed: flags.seed,
      planned: count,
      cursor: null,
    },
    count,
  );
}

/** 0 when the stack in the file satisfies the requirements, 1 with every violation when it does not. */
export async function checkCommand(
  requirements: readonly string[],
  flags: SpaceFlags & { stack: string },
): Promise<number> {
  const terminal = processTerminal();
  const stack = await readStack(flags.stack);
  const violations = await (flags.knowledge === undefined
    ? checkThere(requirements, flags, stack)
    : checkHere(requirements, flags, stack));
  if (flags.json === true) {
    terminal.out(JSON.stringify({ satisfies: violations.length === 0, violations }));
    return violations.length === 0 ? 0 : 1;
  }
  if (violations.length === 0) terminal.out('it satisfies the requirements');
  for (const { text } of violations) terminal.out(text);
  return violations.length === 0 ? 0 : 1;
}

async function readStack(path: string): Promise<Stack> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TroopError(
      'TROOP-1008',
      { path, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
  try {
    const value = JSON.parse(text.split('\n', 1)[0] ?? '') as Stack;
    if (Array.isArray(value.packages)) return value;
  } catch {
    // Said below.
  }
  throw new TroopError('TROOP-1002', {
    what: path,
    reason: "it is no stack: one JSON line as 'troop stack sample' prints it",
  });
}

async function checkThere(
  requirements: readonly string[],
  flags: SpaceFlags,
  stack: Stack,
): Promise<readonly Violation[]> {
  const { api } = await openContext(flags);
  const answer = await api.post<{ violations: readonly Violation[] }>('/stacks/check', {
    requirements,
    stack,
  });
  return answer.violations;
}

async function checkHere(
  requirements: readonly string[],
  flags: SpaceFlags,
  given: Stack,
): Promise<readonly Violation[]> {
  const snapshot = await readSnapshotFile(flags.knowledge ?? '');
  const { python = DEFAULT_PYTHON, platform = DEFAULT_PLATFORM } = flags;
  const environment = given.environment ?? canonicalEnvironment({ python, platform });
  const stack = makeStack({
    environment,
    packages: given.packages,
    indexFingerprints: snapshot.indexFingerprints,
  });
  return satisfies({ stack, requirements: requirements.map(parseRequirement), releases: snapshot });
}
