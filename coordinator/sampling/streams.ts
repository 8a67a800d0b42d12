// Streams of stacks that are in use stay in memory, so that the next draw goes on where the last one stopped; after a
// restart the cursor and the log of what it was told bring a stream back to the same place. A stream that failed at its work is
// not kept: it is taken up anew too.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import { environmentKey } from '../../shared/stack/environment.ts';
import type { SnapshotIndex } from '../../shared/stack/release.ts';
import { StackLines } from '../../shared/stack/stack-lines.ts';
import type { LockedStack, Stack } from '../../shared/stack/stack.ts';
import { readEmitted } from '../monkey/strategies/emitted-cursor.ts';
import { openSampling, skipStacks, type Sampling } from '../monkey/strategies/open-sampling.ts';
import type { SampledFrom, SampledStream } from '../monkey/strategies/sampled-from.ts';
import type { JsonValue, LearnedResults, StreamOptions } from '../monkey/strategies/strategy.ts';
import type { LearnedLog, LearnedLogs } from './learned-log.ts';
import { refuseConflict, type OpenSpace } from './open-space.ts';
import { Recent } from './recent.ts';
import type { SpaceRequest } from './space-request.ts';
import type { Spaces } from './spaces.ts';
import { shardStart, type Shard } from './shard.ts';

export interface DrawRequest {
  readonly space: SpaceRequest;
  /** One strategy, or a mix. */
  readonly sampling: Sampling;
  /** Pins of the stack that the campaign measures against, where it was given. */
  readonly baseline?: readonly string[];
  readonly seed: string;
  /** How many stacks the whole campaign wants, where a strategy can plan for it. */
  readonly planned: number;
  readonly cursor: JsonValue;
  /** What the stream was told in the past, and at the end what it is told now. */
  readonly learned?: LearnedLog;
}

export interface Drawn {
  readonly stacks: readonly LockedStack[];
  /** By stack. */
  readonly origins: readonly (SampledFrom | null)[];
  readonly cursor: JsonValue;
  /** What the strategy has found out so far; null where it draws no conclusions. */
  readonly finding: JsonValue;
  /** The stream has ended. */
  readonly isDry: boolean;
}

export interface PageRequest extends DrawRequest {
  readonly shard: Shard | null;
  /** Whether the files of each package are wanted; finding them costs more than drawing. */
  readonly files: boolean;
}

/** Stacks as text, so that whoever only hands them on need not read them. */
export interface StackPage {
  /** A `LockedStack` or a `Stack` as one line of JSON each, without a line end after the last. */
  readonly lines: string;
  readonly given: number;
  readonly cursor: JsonValue;
  readonly isDry: boolean;
  /** Decimal: how many the whole stream gives, where that is known. */
  readonly total: string | null;
  /** Of the knowledge. */
  readonly indexes: readonly SnapshotIndex[];
}

export interface Streams {
  /** Opens the space and the stream without drawing, to find out whether they can be. @throws TROOP-1306 */
  check(request: DrawRequest): Promise<void>;
  /** @throws TROOP-1306 */
  draw(request: DrawRequest, count: number): Promise<Drawn>;
  /** @throws TROOP-1905 */
  page(request: PageRequest, count: number): Promise<StackPage>;
}

interface KeptStream {
  readonly stream: SampledStream;
  /** Of its log, how many it was told. */
  readonly tellings: number;
}

const KEPT_STREAMS = 32;

export function createStreams(spaces: Spaces, logs: LearnedLogs): Streams {
  const streams = new Recent<KeptStream>(KEPT_STREAMS);
  const stackLines = new StackLines();

  /** Uses the stream that stands at the cursor, or opens one; keeps it where it stands afterwards. */
  const withStream = async <Answer>(
    space: OpenSpace,
    request: DrawRequest | PageRequest,
    use: (stream: SampledStream, isStart: boolean) => Answer,
  ): Promise<Answer> => {
    const { cursor, learned, ...identity } = request;
    const key = canonicalJson({ ...identity, log: learned?.id ?? null });
    const stream = await streamFor(logs, { space, request }, streams.take(key));
    const answer = use(stream, cursor === null);
    streams.put(key, { stream, tellings: learned?.tellings ?? 0 });
    return answer;
  };

  const openForCampaign = async (request: DrawRequest): Promise<OpenSpace> => {
    const open = await spaces.open(request.space);
    const { conflict, environment } = open.space;
    if (conflict === null) return open;
    const facts = { environment: environmentKey(environment), reason: conflict.text };
    throw new TroopError('TROOP-1306', facts);
  };

  return {
    check: async (request) => await withStream(await openForCampaign(request), request, () => undefined),
    draw: async (request, count) => {
      const open = await openForCampaign(request);
      return await withStream(open, request, (stream) => {
        const drawn = take(stream, count, 1);
        const stacks = drawn.map(({ stack }) => open.lock(stack));
        const origins = drawn.map(({ origin }) => origin);
        const { cursor, finding = null } = stream;
        return { stacks, origins, cursor, finding, isDry: stacks.length < count };
      });
    },
    page: async (request, count) => {
      const open = await spaces.open(request.space);
      refuseConflict(open);
      const { shard, files } = request;
      const { indexes } = (await spaces.snapshot(request.space.snapshotId)).header;
      return await withStream(open, request, (stream, isStart) => {
        if (isStart) skipStacks(stream, shardStart(shard));
        const stacks = take(stream, count, shard?.of ?? 1);
        const lines = stacks
          .map(({ stack }) => (files ? JSON.stringify(open.lock(stack)) : stackLines.line(stack)))
          .join('\n');
        const total = stream.total?.toString() ?? null;
        const isDry = stacks.length < count;
        return { lines, given: stacks.length, cursor: stream.cursor, isDry, total, indexes };
      });
    },
  };
}

/** The stream that is known, told what is new, where it stands at the cursor; else one that is opened there. */
async function streamFor(
  logs: LearnedLogs,
  { space, request }: { readonly space: OpenSpace; readonly request: DrawRequest },
  known: KeptStream | undefined,
): Promise<SampledStream> {
  const { learned } = request;
  const news = known === undefined ? [] : await tellingsFrom(logs, learned, known.tellings);
  if (known === undefined || !isWhereAsked(known, request, news)) {
    const numbers = learned === undefined ? undefined : await logs.numbers(learned);
    return openStream(space, request, { learned: await tellingsFrom(logs, learned, 0), numbers });
  }
  for (const { results } of news) known.stream.learn?.(results);
  return known.stream;
}

async function tellingsFrom(
  logs: LearnedLogs,
  log: LearnedLog | undefined,
  from: number,
): Promise<readonly LearnedResults[]> {
  return log === undefined || from >= log.tellings ? [] : await logs.tellings(log, from);
}

/** A log is only added to: a stream at the cursor has gone the same way, if what it was not told came after its last stack. */
function isWhereAsked(
  { stream, tellings }: KeptStream,
  { cursor, learned }: DrawRequest,
  news: readonly LearnedResults[],
): boolean {
  return (
    canonicalJson(stream.cursor) === canonicalJson(cursor) &&
    tellings <= (learned?.tellings ?? 0) &&
    news.every(({ emitted }) => emitted === readEmitted('', cursor))
  );
}

function openStream(
  { space }: OpenSpace,
  request: DrawRequest,
  past: Pick<StreamOptions, 'learned' | 'numbers'>,
): SampledStream {
  const { sampling, baseline, seed, planned, cursor } = request;
  const resumed = cursor === null ? {} : { cursor };
  return openSampling(space, sampling, { seed, count: planned, baseline, ...past, ...resumed });
}

interface Taken {
  readonly stack: Stack;
  readonly origin: SampledFrom | null;
}

/** Every `step`-th of the next stacks; fewer than `count` only at the end of the stream. */
function take(stream: SampledStream, count: number, step: number): readonly Taken[] {
  const taken: Taken[] = [];
  while (taken.length < count) {
    const stack = stream.next();
    if (stack === null) break;
    taken.push({ stack, origin: stream.sampledFrom });
    skipStacks(stream, step - 1);
  }
  return taken;
}
