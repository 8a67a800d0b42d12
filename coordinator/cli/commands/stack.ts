// `troop stack sample|check`, on the coordinator's knowledge or on a snapshot file without any server.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { ReleaseLookup, SnapshotIndex } from '../../../shared/stack/release.ts';
import type { LockedStack } from '../../../shared/stack/stack.ts';
import type { Violation } from '../../../shared/stack/violation.ts';
import { checkPython } from '../../inputs/check-python.ts';
import { readStackText } from '../../inputs/read-stack.ts';
import type { RequestText } from '../../inputs/request-text.ts';
import type { CheckRequest } from '../../sampling/queries/check-stack.ts';
import type { SpaceRequest } from '../../sampling/space-request.ts';
import { createSamplingEngine } from '../../sampling/engine.ts';
import { openContext, processTerminal, type CommonFlags } from '../command-context.ts';
import { readSnapshotFile } from '../../knowledge/read-snapshot-file.ts';
import { readRequestFlags, readText, type RequestFlags } from '../request-flags.ts';
import { openStackOutput, outputContext, type OutputFlags } from '../stack-output.ts';

export interface SpaceFlags extends CommonFlags, RequestFlags {
  readonly knowledge?: string;
  readonly python?: string;
  readonly platform?: string;
}

export interface SampleFlags extends SpaceFlags, OutputFlags {
  readonly count: string;
  readonly seed: string;
  readonly strategy: string;
}

/** 0 when all were drawn and written, 1 when the space has fewer, or one cannot be written. */
export async function sampleCommand(words: readonly string[], flags: SampleFlags): Promise<number> {
  const count = readCount(flags.count);
  const startedAtMs = systemClock.nowMs();
  const terminal = processTerminal();
  const format = flags.json === true && flags.output === undefined ? 'jsonl' : flags.format;
  const request = await readRequestFlags(words, flags);
  refuseOtherPython(request, flags);
  const output = await openStackOutput({
    flags: { ...flags, format },
    terminal,
    parameters: parametersOf(request, flags),
    startedAtMs,
  });
  for (const note of request.notes) terminal.say(`note: ${note}`);
  const drawing = { request, flags, count };
  const { stacks, isDry, indexes, releases } = await (flags.knowledge === undefined
    ? sampleThere(drawing)
    : sampleHere(drawing));
  const context = outputContext(request, indexes, releases);
  for (const stack of stacks) await output.write(stack, context);
  const { written, skipped } = await output.close(systemClock.nowMs());
  if (flags.output !== undefined) terminal.say(`${written} stacks written to ${flags.output}`);
  if (isDry) terminal.say(`the space holds no more: ${stacks.length} of ${count}`);
  return isDry || skipped > 0 ? 1 : 0;
}

/** For the report: the options as they were given, less how the coordinator is reached. */
function parametersOf(request: RequestText, flags: SampleFlags): Readonly<Record<string, unknown>> {
  const { url: _url, tokenFile: _tokenFile, data: _data, json: _json, ...options } = flags;
  const { requirements, constraints, indexes, python } = request;
  return { ...options, python: flags.python ?? python, requirements, constraints, indexes };
}

/** Without a Python in flags or file, the coordinator chooses its own interpreter's. */
function refuseOtherPython(request: RequestText, flags: SampleFlags): void {
  const own = flags.knowledge === undefined ? null : DEFAULT_PYTHON;
  const python = flags.python ?? request.python ?? own;
  if (python !== null) checkPython(request, python);
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new TroopError('TROOP-1002', { what: '-n', reason: `'${text}' is no whole number above 0` });
}

interface Sampled {
  readonly stacks: readonly LockedStack[];
  readonly isDry: boolean;
  /** Of the knowledge. */
  readonly indexes: readonly SnapshotIndex[];
  /** At hand without a coordinator alone. */
  readonly releases?: ReleaseLookup;
}

interface Drawing {
  readonly request: RequestText;
  readonly flags: SampleFlags;
  readonly count: number;
}

async function sampleThere({ request, flags, count }: Drawing): Promise<Sampled> {
  const { api } = await openContext(flags);
  const python = flags.python ?? request.python;
  return await api.post<Sampled>('/stacks/sample', {
    requirements: request.requirements,
    constraints: request.constraints,
    hashes: request.hashes,
    strategy: flags.strategy,
    seed: flags.seed,
    count,
    ...(request.allowPrereleases ? { prereleases: 'allow' } : {}),
    ...(python === null ? {} : { python }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
  });
}

const DEFAULT_PYTHON = '3.11';
const DEFAULT_PLATFORM = 'linux_x86_64';

async function sampleHere({ request, flags, count }: Drawing): Promise<Sampled> {
  const snapshot = await readSnapshotFile(flags.knowledge ?? '');
  const engine = createSamplingEngine(() => Promise.resolve(snapshot));
  const space = spaceOf(request, flags, snapshot.id);
  const { strategy, seed } = flags;
  const drawn = await engine.draw(
    { space, sampling: { strategy }, seed, planned: count, cursor: null },
    count,
  );
  return { ...drawn, indexes: snapshot.header.indexes, releases: snapshot };
}

/** 0 when the stack in the file satisfies the requirements, 1 with every violation when it does not. */
export async function checkCommand(
  words: readonly string[],
  flags: SpaceFlags & { stack: string },
): Promise<number> {
  const terminal = processTerminal();
  const request = await readRequestFlags(words, flags);
  for (const note of request.notes) terminal.say(`note: ${note}`);
  const stack = await readStack(flags, request);
  const violations = await (flags.knowledge === undefined
    ? checkThere(request, flags, stack)
    : checkHere(request, flags, stack));
  if (flags.json === true) {
    terminal.out(JSON.stringify({ satisfies: violations.length === 0, violations }));
    return violations.length === 0 ? 0 : 1;
  }
  if (violations.length === 0) terminal.out('it satisfies the requirements');
  for (const { text } of violations) terminal.out(text);
  return violations.length === 0 ? 0 : 1;
}

/** The stack of the file; a package whose index it does not tell is one of the first index. */
async function readStack(
  flags: SpaceFlags & { stack: string },
  request: RequestText,
): Promise<CheckRequest['stack']> {
  const python = flags.python ?? request.python ?? DEFAULT_PYTHON;
  const context = { environment: { python, platform: flags.platform }, index: '' };
  const { environment, packages } = readStackText(await readText(flags.stack), flags.stack, context);
  return {
    environment,
    packages: packages.map(({ index, ...one }) => (index === '' ? one : { ...one, index })),
  };
}

async function checkThere(
  { requirements, constraints, hashes, allowPrereleases }: RequestText,
  flags: SpaceFlags,
  stack: CheckRequest['stack'],
): Promise<readonly Violation[]> {
  const { api } = await openContext(flags);
  const answer = await api.post<{ violations: readonly Violation[] }>('/stacks/check', {
    requirements,
    constraints,
    hashes,
    ...(allowPrereleases ? { prereleases: 'allow' } : {}),
    stack,
  });
  return answer.violations;
}

async function checkHere(
  request: RequestText,
  flags: SpaceFlags,
  stack: CheckRequest['stack'],
): Promise<readonly Violation[]> {
  const snapshot = await readSnapshotFile(flags.knowledge ?? '');
  const engine = createSamplingEngine(() => Promise.resolve(snapshot));
  const space = spaceOf(request, flags, snapshot.id);
  return (await engine.ask('check', { space, stack })).violations;
}

/** The space of a snapshot file: all its indexes, the default policy. */
function spaceOf(request: RequestText, flags: SpaceFlags, snapshotId: string): SpaceRequest {
  const { python = request.python ?? DEFAULT_PYTHON, platform = DEFAULT_PLATFORM } = flags;
  return {
    snapshotId,
    requirements: request.requirements,
    constraints: request.constraints,
    environment: canonicalEnvironment({ python, platform }),
    indexes: [],
    policy: request.allowPrereleases ? { prereleases: 'allow' } : {},
    hashes: request.hashes,
  };
}
