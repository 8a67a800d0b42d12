// A machine of the simulated fleet: the agent's own loops, lease, spool and outbox, life after life.
import type { KeyObject } from 'node:crypto';
import { createWakeUp, createStatus } from '../../../agent/work/agent-status.ts';
import { runClaimLoop } from '../../../agent/work/claim-loop.ts';
import { createCoordinatorLink } from '../../../agent/work/coordinator-link.ts';
import { handleControl } from '../../../agent/work/handle-control.ts';
import { runHeartbeatLoop } from '../../../agent/work/heartbeat-loop.ts';
import { createQuietGate } from '../../../agent/work/quiet-gate.ts';
import { runSpoolLoop } from '../../../agent/work/spool-loop.ts';
import { openSpoolOn } from '../../../agent/work/spool.ts';
import { createTrialRunner } from '../../../agent/work/trial-runner.ts';
import type { AgentLife } from '../../../shared/inspection/agent-life.ts';
import { emptyFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { MemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { countingIds } from '../../support/fleet-wire.ts';
import { createLife, type MachineLife, type Pause } from './machine-life.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import type { Scenario } from './scenario.ts';
import { simulatedBuilder, simulatedMeasure } from './simulated-trial.ts';

export interface MachineOptions {
  readonly agentId: string;
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly random: Random;
  readonly hub: MemoryHub;
  readonly keys: { readonly privateKey: KeyObject; readonly coordinatorPublicKey: KeyObject };
  /** Which life begins; null: an agent of before lives were counted. */
  readonly nextLife: () => AgentLife | null;
  /** Hears the id of every message that the machine has spooled. */
  readonly onSaid: (messageId: string) => void;
}

/** A trial that the machine believes to hold. */
export interface Hold {
  readonly jobId: string;
  readonly epoch: number;
  /** Aborts when it has learned, or has to assume, that it does not hold it any more. */
  signal: AbortSignal | null;
}

export interface SimulatedMachine {
  readonly agentId: string;
  readonly disk: MemoryDisk;
  /** Null while it is off. */
  readonly life: () => MachineLife | null;
  readonly hold: () => Hold | null;
  /** Starts the agent; resolves at once. */
  start(): void;
  kill(): void;
  pause(how: Pause): void;
  resume(): void;
}

export function createMachine(options: MachineOptions): SimulatedMachine {
  const { clock, random, agentId } = options;
  const disk = createMemoryDisk({
    takeTime: () => clock.sleep(random.nextBelow(20)),
    onWritten: (name) => options.onSaid(name.replace(/^\d+_/, '').replace(/\.message$/, '')),
  });
  let current: Life | null = null;
  return {
    agentId,
    disk,
    life: () => current?.life ?? null,
    hold: () => current?.hold ?? null,
    start: () => {
      current ??= startLife(options, disk);
    },
    kill: () => {
      current?.end();
      current = null;
    },
    pause: (how) => current?.life.pause(how),
    resume: () => current?.life.resume(),
  };
}

interface Life {
  readonly life: MachineLife;
  hold: Hold | null;
  end(): void;
}

/** The first counts most; the others are as seldom as a fleet could bear, so that a run has fewer events. */
const HEARTBEAT_MS = 300_000;
const METRICS = { add: () => {}, observe: () => {} };

function startLife(options: MachineOptions, disk: MemoryDisk): Life {
  const life = createLife(options.clock);
  const connection = options.hub.connect();
  const self: Life = {
    life,
    hold: null,
    end: () => {
      life.kill();
      void connection.close();
    },
  };
  // A process that cannot reach its broker when it starts is started again.
  const tryToStart = async (): Promise<void> => {
    for (;;) {
      try {
        await startLoops(options, self, life.broker(connection), disk);
        return;
      } catch {
        await life.clock.sleep(2000);
      }
    }
  };
  void tryToStart();
  return self;
}

async function startLoops(
  options: MachineOptions,
  self: Life,
  broker: ReturnType<MachineLife['broker']>,
  disk: MemoryDisk,
): Promise<void> {
  const { agentId, scenario, random } = options;
  const { clock } = self.life;
  const common = { clock, logger: silentLogger, random: () => random.nextFloat() };
  const ids = countingIds(agentId);
  const agentLife = options.nextLife();
  const link = createCoordinatorLink({
    ...common,
    broker,
    agentId,
    keys: options.keys,
    ids,
    timeoutMs: 10_000,
  });
  const spool = await openSpoolOn(self.life.files(disk.files));
  const quiet = createQuietGate();
  const [lookForWork, beatNow] = [createWakeUp(), createWakeUp()];
  const stage = { scenario, clock, random };
  const runner = createTrialRunner({
    ...common,
    link,
    spool,
    quiet,
    metrics: METRICS,
    builder: simulatedBuilder(stage, (signal) => {
      if (self.hold !== null) self.hold.signal = signal;
    }),
    measureUnder: (lease) => simulatedMeasure(stage, lease, quiet),
    hardwareDigest: () => 'hardware',
    interpreterFor: () => '/python',
    fetchScripts: () => Promise.resolve(new Map()),
    openUse: () => ({ keep: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }),
    openWorkspace: (id) => Promise.resolve(workspaceOf(self, id)),
  });
  await link.onControl(handleControl({ spool, runner, logger: silentLogger, wake: [beatNow, lookForWork] }));
  const forever = new AbortController().signal;
  void runSpoolLoop({ ...common, spool, broker, agentId, quiet, resendMs: 30_000 }, forever);
  const status = createStatus();
  void runHeartbeatLoop(
    {
      ...common,
      link,
      status,
      quiet,
      beatNow,
      lookForWork,
      life: agentLife,
      everyMs: HEARTBEAT_MS,
      version: 'simulated',
      machine: () => ({ fingerprint: emptyFingerprint, hardwareDigest: 'hardware' }),
      freeDiskBytes: () => Promise.resolve(null),
      loadAverage1m: () => null,
      spooledMessages: () => spool.pending().length,
    },
    forever,
  );
  void runClaimLoop(
    {
      ...common,
      broker,
      link,
      status,
      lookForWork,
      hostLock: { acquire: () => Promise.resolve(() => Promise.resolve()) },
      idlePollMs: scenario.idlePollMs,
      hardwareDigest: () => 'hardware',
      life: agentLife,
      notFitReason: () => Promise.resolve(null),
      runTrial: (claim, askedAtMs) => runner.run(claim, askedAtMs),
    },
    forever,
  );
}

/** Open for as long as the machine builds and measures: so long it believes to hold the job. */
function workspaceOf(self: Life, id: string) {
  const [, jobId = '', epoch = ''] = /^(.*)-(\d+)$/.exec(id) ?? [];
  self.hold = { jobId, epoch: Number(epoch), signal: null };
  return {
    path: '/nowhere',
    makeFolder: (name: string) => Promise.resolve(`/nowhere/${name}`),
    [Symbol.asyncDispose]: () => {
      self.hold = null;
      return Promise.resolve();
    },
  };
}
