// What a trial says to the coordinator: numbers its messages, signs them and puts them into the spool.
import { gzipSync } from 'node:zlib';
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import type { CalibrationRecord } from '../../shared/measurement/benchmark.ts';
import type { BlockRecord, PairRecord } from '../../shared/measurement/block.ts';
import type { Failure } from '../../shared/protocol/common.ts';
import {
  trialMessageId,
  type BlockMessage,
  type BuildMessage,
  type EndMessage,
  type LogMessage,
  type TrialMessageKind,
} from '../../shared/protocol/trial-messages.ts';
import type { BuildFailure, BuildResult } from '../build/builder.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { Spool } from './spool.ts';

export interface TrialOutbox {
  build(stackId: string, role: BuildMessage['role'], result: BuildResult): Promise<void>;
  block(record: BlockRecord, calibrations: readonly CalibrationRecord[]): Promise<void>;
  end(message: Omit<EndMessage, 'jobId' | 'epoch' | 'n' | 'sent'>): Promise<void>;
}

/** A slice of a log's gzip stream; small enough for a broker's default limits with room to spare. */
const LOG_PART_BYTES = 96 * 1024;
/** Of the pairs in one message; no message is longer than 1 MB. */
const BLOCK_PART_BYTES = 600_000;
/** How much of what was printed last goes with a failure. */
export const EXCERPT_CHARACTERS = 4000;

export function createTrialOutbox(options: {
  link: CoordinatorLink;
  spool: Spool;
  jobId: string;
  epoch: number;
}): TrialOutbox {
  const { link, spool, jobId, epoch } = options;
  const counters: Record<TrialMessageKind, number> = { build: 0, block: 0, end: 0, log: 0 };

  const send = async (
    kind: TrialMessageKind,
    fill: (heading: { jobId: string; epoch: number; n: number }) => object,
  ): Promise<void> => {
    const heading = { jobId, epoch, n: counters[kind] };
    counters[kind] += 1;
    const id = trialMessageId(kind, heading);
    const channel = kind === 'log' ? 'log' : 'result';
    await spool.put({ id, channel, jobId, body: link.sealed(kind, id, fill(heading)) });
  };

  const sendLog = async (stackId: string, phase: string, text: string): Promise<void> => {
    const bytes = gzipSync(text);
    const parts = Math.max(1, Math.ceil(bytes.length / LOG_PART_BYTES));
    for (let part = 0; part < parts; part++) {
      const gzip = bytes.subarray(part * LOG_PART_BYTES, (part + 1) * LOG_PART_BYTES);
      await send('log', (heading): LogMessage => ({ ...heading, stackId, phase, part, parts, gzip }));
    }
  };

  return {
    build: async (stackId, role, result) => {
      await sendLog(stackId, 'build', result.log);
      await send('build', (heading): BuildMessage => ({
        ...heading,
        stackId,
        role,
        builder: result.ok ? result.environment.builder : null,
        reused: result.ok && result.environment.reused,
        durationMs: result.ok ? result.environment.durationMs : 0,
        downloadedBytes: result.ok ? result.environment.downloadedBytes : 0,
        ...(result.ok ? { files: result.environment.files } : {}),
        failure: result.ok ? null : buildFailure(result.failure, result.log),
      }));
    },
    block: async (record, calibrations) => {
      for (const [index, block] of partsOf(record).entries()) {
        const isFirst = index === 0 && calibrations.length > 0;
        await send('block', (heading): BlockMessage => ({
          ...heading,
          block,
          ...(isFirst ? { calibrations: [...calibrations] } : {}),
        }));
      }
    },
    end: (message) => {
      const sent = { builds: counters.build, blocks: counters.block };
      return send('end', (heading): EndMessage => ({ ...heading, ...message, sent }));
    },
  };
}

/**
 * A block of many stacks and benchmarks in parts that fit into one message each. The unit of every number is the pair, and
 * no pair is in two parts, so whoever reads them needs to know nothing of it.
 */
function partsOf(record: BlockRecord): readonly BlockRecord[] {
  const parts: PairRecord[][] = [];
  let room = 0;
  for (const pair of record.pairs) {
    // Text is longer than what is sent.
    const bytes = Buffer.byteLength(JSON.stringify(pair));
    const current = parts.at(-1);
    if (current === undefined || bytes > room) {
      parts.push([pair]);
      room = BLOCK_PART_BYTES - bytes;
    } else {
      current.push(pair);
      room -= bytes;
    }
  }
  return parts.length <= 1 ? [record] : parts.map((pairs) => ({ ...record, pairs }));
}

const buildFailure = (failure: BuildFailure, log: string): Failure => ({
  ...failureOf(failure, failure.error),
  excerpt: log.slice(-EXCERPT_CHARACTERS),
});

/** A failure in the words of the wire. */
export const failureOf = (
  what: Pick<Failure, 'outcome' | 'cause' | 'phase'>,
  error: Pick<SerialisedError, 'code' | 'message' | 'hint'>,
): Failure => ({
  outcome: what.outcome,
  cause: what.cause,
  phase: what.phase,
  code: error.code,
  message: error.message.slice(0, 4000),
  hint: error.hint.slice(0, 4000),
});
