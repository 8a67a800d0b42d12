// Many idle agents in one process: each joins with a key of its own, beats and looks for work with the loops of a real agent,
// over the real broker. None ever runs a trial. Arguments: address, file of the token, scratch directory, how many.
// Says `ready` when the coordinator knows them all; ends when its input does.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { joinFleet } from '../../../agent/enrolment/join-fleet.ts';
import { keysOf } from '../../../agent/enrolment/credentials.ts';
import { collectFingerprint } from '../../../agent/fingerprint/collect-fingerprint.ts';
import { facts } from '../../../agent/fingerprint/registry.ts';
import { systemReader } from '../../../agent/fingerprint/system-reader.ts';
import { createStatus, createWakeUp } from '../../../agent/work/agent-status.ts';
import { runClaimLoop } from '../../../agent/work/claim-loop.ts';
import { createCoordinatorLink } from '../../../agent/work/coordinator-link.ts';
import { runHeartbeatLoop, type MachineView } from '../../../agent/work/heartbeat-loop.ts';
import { createQuietGate } from '../../../agent/work/quiet-gate.ts';
import { openAgentBroker } from '../../../shared/broker/open-broker.ts';
import { hardwareDigest } from '../../../shared/machine/hardware.ts';
import { inboxPrefix } from '../../../shared/protocol/subjects.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';

const [url = '', tokenFile = '', scratch = '', countText = '0'] = process.argv.slice(2);
const HEARTBEAT_MS = 15_000;
const IDLE_POLL_MS = 30_000;
const AT_ONCE = 8;

const clock = systemClock;
const ids = uuidIds(clock);
const ending = new AbortController();
let polls = 0;

interface IdleAgent {
  readonly isKnown: () => boolean;
  readonly ended: Promise<void>;
}

async function startIdleAgent(number: number, machine: MachineView): Promise<IdleAgent> {
  const credentials = await joinFleet({
    url,
    tokenFile,
    name: `idle-${number}`,
    credentialsPath: join(scratch, `idle-${number}.json`),
    readStandardInput: () => Promise.reject(new Error('the token lies in a file')),
  });
  const { agentId } = credentials;
  const address = new URL(credentials.broker.url);
  address.username = encodeURIComponent(credentials.broker.user ?? '');
  address.password = encodeURIComponent(credentials.broker.password ?? '');
  const common = { clock, ids, logger: silentLogger, random: Math.random };
  const broker = await openAgentBroker({
    ...common,
    url: address.href,
    name: agentId,
    inboxPrefix: inboxPrefix(agentId),
  });
  const keys = keysOf(credentials);
  const link = createCoordinatorLink({ ...common, broker, agentId, keys, timeoutMs: 10_000 });
  const status = createStatus();
  const life = { series: randomUUID(), number: 1 };
  const [beatNow, lookForWork] = [createWakeUp(), createWakeUp()];
  const control = await link.onControl(() => beatNow.wake());
  const beating = runHeartbeatLoop(
    {
      ...common,
      link,
      status,
      beatNow,
      lookForWork,
      quiet: createQuietGate(),
      everyMs: HEARTBEAT_MS,
      version: '0.1.0',
      life,
      machine: () => machine,
      freeDiskBytes: () => Promise.resolve(1e11),
      loadAverage1m: () => 0,
      spooledMessages: () => 0,
    },
    ending.signal,
  );
  const looking = runClaimLoop(
    {
      ...common,
      broker,
      link,
      status,
      lookForWork,
      life,
      idlePollMs: IDLE_POLL_MS,
      hostLock: { acquire: () => Promise.resolve(() => Promise.resolve()) },
      hardwareDigest: () => machine.hardwareDigest,
      notFitReason: () => {
        polls += 1;
        return Promise.resolve(null);
      },
      runTrial: () => Promise.resolve(),
    },
    ending.signal,
  );
  const ended = Promise.all([beating, looking]).then(async () => {
    await control.stop();
    await broker.close();
  });
  return { isKnown: () => !status.wantsFingerprint, ended };
}

const reader = systemReader({ clock, platform: process.platform, environment: process.env });
const fingerprint = await collectFingerprint({ reader, facts, clock });
const machine = { fingerprint, hardwareDigest: hardwareDigest(fingerprint) };
const agents: IdleAgent[] = [];
let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < Number(countText)) agents.push(await startIdleAgent(next++, machine));
  }),
);
while (!agents.every((agent) => agent.isKnown())) await clock.sleep(100);
process.stdout.write('ready\n');
for await (const _text of process.stdin) process.stdout.write(`${polls}\n`);
ending.abort();
await Promise.all(agents.map((agent) => agent.ended));
