import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildRequest, BuildResult } from '../../../../agent/build/builder.ts';
import { createWorkspace } from '../../../../agent/sandbox/workspace.ts';
import type { StopReason } from '../../../../agent/work/lease.ts';
import { runTrial, type Measure, type MeasureRequest } from '../../../../agent/work/run-trial.ts';
import { openSpool, type Spool } from '../../../../agent/work/spool.ts';
import { createTrialOutbox } from '../../../../agent/work/trial-outbox.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { TrialFailure } from '../../../../shared/measurement/benchmark.ts';
import type { Trial } from '../../../../shared/protocol/claim-message.ts';
import { openEnvelope } from '../../../../shared/protocol/envelope.ts';
import { buildMessage, endMessage, type EndMessage } from '../../../../shared/protocol/trial-messages.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire } from '../../../support/fleet-wire.ts';
import { sampleStack, sampleTrial } from '../../../support/sample-trial.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

const BASELINE = sampleStack('0').stack_id;
const FIRST = sampleStack('1').stack_id;
const SECOND = sampleStack('2').stack_id;

const succeed = (): BuildResult => ({
  ok: true,
  log: 'built',
  environment: {
    key: 'k',
    prefix: '/p',
    python: '/p/python',
    builder: 'uv',
    reused: false,
    durationMs: 1,
    downloadedBytes: 0,
    files: { needed: 0, reused: 0 },
  },
});
const breakDown = (): BuildResult => ({
  ok: false,
  log: 'no such version',
  failure: {
    outcome: 'failed',
    cause: 'stack',
    phase: 'build',
    error: new TroopError('TROOP-1416', { reason: 'no' }).serialise(),
  },
});
const block = {
  block: 0,
  attempt: 0,
  startedAtMs: 0,
  pairs: [],
  load: null,
  valid: true,
  invalidReason: null,
};

let directory: TemporaryDirectory;
let clock: FakeClock;
let spool: Spool;
let asked: BuildRequest[];
let measured: MeasureRequest[];
let build: (request: BuildRequest, signal: AbortSignal) => BuildResult | Promise<BuildResult>;
let measure: Measure;
let stop: AbortController;

beforeEach(async () => {
  directory = await temporaryDirectory();
  clock = createFakeClock();
  spool = await openSpool(join(directory.path, 'spool'));
  asked = [];
  measured = [];
  build = succeed;
  measure = async (request) => {
    await request.onBlock(block);
    return [];
  };
  stop = new AbortController();
});
afterEach(() => directory.remove());

async function run(trial: Trial = sampleTrial(), interpreter: string | null = '/python'): Promise<string> {
  const { link } = (await createFleetWire({ clock })).addAgent('a');
  return await runTrial({
    claim: { verdict: 'granted', jobId: 'job', epoch: 2, leaseMs: 90_000, trial },
    outbox: createTrialOutbox({ link, spool, jobId: 'job', epoch: 2 }),
    builder: {
      name: 'fake',
      build: async (request, signal) => {
        asked.push(request);
        return await build(request, signal);
      },
    },
    measure: async (request, signal) => {
      measured.push(request);
      return await measure(request, signal);
    },
    interpreterFor: () => interpreter,
    fetchScripts: () => Promise.resolve(new Map([['f'.repeat(64), '/script.py']])),
    openUse: () => ({ keep: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }),
    openWorkspace: (id) => createWorkspace(join(directory.path, 'trials'), id),
    hardwareDigest: 'digest',
    clock,
    logger: silentLogger,
    signal: stop.signal,
    onPhase: () => {},
  });
}

const kinds = (): readonly string[] => spool.pending().map((id) => id.replace('job.2.', ''));
const body = async (kind: string): Promise<Uint8Array> => {
  const message = await spool.read(`job.2.${kind}`);
  if (message === null) throw new Error(`there is no ${kind}`);
  return openEnvelope(message.body).body;
};
const endOf = async (): Promise<EndMessage> => endMessage.decode(await body('end.0'));

describe('a trial', () => {
  it('builds baseline and candidates, measures them, and says so message by message', async () => {
    expect(await run()).toBe('completed');
    expect(asked.map(({ stack, interpreter }) => [stack.stack_id, interpreter])).toEqual([
      [BASELINE, '/python'],
      [FIRST, '/python'],
      [SECOND, '/python'],
    ]);
    expect(measured[0]?.baseline?.stack.stack_id).toBe(BASELINE);
    expect(measured[0]?.candidates.map(({ stack }) => stack.stack_id)).toEqual([FIRST, SECOND]);
    expect(measured[0]?.scriptPaths.get('f'.repeat(64))).toBe('/script.py');
    expect(kinds().filter((kind) => !kind.startsWith('log'))).toEqual([
      'build.0',
      'build.1',
      'build.2',
      'block.0',
      'end.0',
    ]);
    expect(await endOf()).toMatchObject({
      ending: 'completed',
      reason: null,
      failures: [],
      hardwareDigest: 'digest',
    });
    expect(await readdir(join(directory.path, 'trials'))).toEqual([]);
  });

  it('builds and measures nothing more when its baseline does not build', async () => {
    build = breakDown;
    expect(await run()).toBe('completed');
    expect(asked).toHaveLength(1);
    expect(measured).toEqual([]);
    expect(buildMessage.decode(await body('build.0')).failure).toMatchObject({
      cause: 'stack',
      phase: 'build',
    });
    expect(await endOf()).toMatchObject({
      ending: 'completed',
      failures: [],
      sent: { builds: 1, blocks: 0 },
    });
  });

  it('measures the others when one candidate does not build', async () => {
    build = ({ stack }) => (stack.stack_id === FIRST ? breakDown() : succeed());
    await run();
    expect(measured[0]?.candidates.map(({ stack }) => stack.stack_id)).toEqual([SECOND]);
  });

  it('measures its baseline alone when no candidate builds', async () => {
    build = ({ stack }) => (stack.stack_id === BASELINE ? succeed() : breakDown());
    await run();
    expect(measured[0]?.candidates).toEqual([]);
    expect(measured[0]?.baseline?.stack.stack_id).toBe(BASELINE);
  });

  it('needs no baseline, and measures nothing when there is nothing built then', async () => {
    await run(sampleTrial({ baseline: null, candidates: [sampleStack('1')] }));
    expect(measured[0]?.baseline).toBeNull();
    measured = [];
    build = breakDown;
    expect(await run(sampleTrial({ baseline: null, candidates: [sampleStack('1')] }))).toBe('completed');
    expect(measured).toEqual([]);
  });

  it('tells what could not be measured in the words of the catalogue, with the last that it printed', async () => {
    const failure: TrialFailure = {
      benchmark: 'matmul',
      stackId: FIRST,
      arm: 'candidate',
      outcome: 'failed',
      cause: 'stack',
      phase: 'import',
      code: 'TROOP-1416',
      message: 'broken',
      facts: { reason: 'it is' },
      stderrTail: `${'noise '.repeat(1000)}Traceback: it is`,
    };
    measure = () => Promise.resolve([failure]);
    await run();
    const { failures } = await endOf();
    const excerpt = failures[0]?.failure.excerpt ?? '';
    expect(excerpt).toHaveLength(4000);
    expect(excerpt).toMatch(/Traceback: it is$/);
    expect(failures).toEqual([
      {
        stackId: FIRST,
        benchmark: 'matmul',
        failure: {
          outcome: 'failed',
          cause: 'stack',
          phase: 'import',
          code: 'TROOP-1416',
          message: 'broken',
          hint: new TroopError('TROOP-1416', {}).hint,
          excerpt,
        },
      },
    ]);
  });

  it('goes back when the machine has no such interpreter any more', async () => {
    expect(await run(sampleTrial(), null)).toBe('aborted');
    expect(asked).toEqual([]);
    expect((await endOf()).reason).toContain('no interpreter for Python 3.11');
  });

  it.each(['cancelled', 'fenced', 'shutdown'] as const)(
    'says that it was broken off when it is %s, and builds nothing more',
    async (reason: StopReason) => {
      build = () => {
        stop.abort(reason);
        return succeed();
      };
      expect(await run()).toBe('aborted');
      expect(asked).toHaveLength(1);
      // A build that was stopped from outside says nothing about the stack.
      expect(kinds()).toEqual(['end.0']);
      expect(await endOf()).toMatchObject({ ending: 'aborted', reason, failures: [] });
    },
  );

  it('says that it was broken off when it is stopped while measuring', async () => {
    measure = (_request, signal) => {
      stop.abort('cancelled');
      return Promise.reject(signal.reason as Error);
    };
    expect(await run()).toBe('aborted');
    expect(await endOf()).toMatchObject({ ending: 'aborted', reason: 'cancelled' });
    expect(await readdir(join(directory.path, 'trials'))).toEqual([]);
  });

  it('says no word more when its lease is lost', async () => {
    build = () => {
      stop.abort('lost');
      return succeed();
    };
    expect(await run()).toBe('lost');
    expect(kinds()).toEqual([]);
  });

  it('ends with the reason when something of ours breaks', async () => {
    measure = () => Promise.reject(new Error(`a defect ${'x'.repeat(1000)}`));
    expect(await run()).toBe('aborted');
    const end = await endOf();
    expect(end.reason).toHaveLength(400);
    expect(end.reason?.startsWith('a defect')).toBe(true);
  });
});
