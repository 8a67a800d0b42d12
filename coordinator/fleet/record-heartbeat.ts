// A machine says that it is there. What it says of its hardware decides its lanes here, not there; the answer tells it
// what to serve.
import type { Pool } from 'pg';
import { evaluateLanes } from '../../shared/machine/lanes.ts';
import { hardwareDigest } from '../../shared/machine/hardware.ts';
import { parseFingerprint } from '../../shared/machine/parse-fingerprint.ts';
import type { Heartbeat, HeartbeatReply } from '../../shared/protocol/heartbeat-message.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { storableJson } from '../store/storable.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import { lanesInForce } from './lanes-in-force.ts';
import { queuesOfAgent } from '../campaign/queues-of-agent.ts';
import { laneSpecificity } from '../../shared/machine/lane-specificity.ts';
import type { LaneDefinition } from '../../shared/machine/lanes.ts';

const recordBeat = sqlFile<{
  admin_state: string;
  fingerprint_hash: string | null;
  hardware_digest: string | null;
}>(import.meta.url, 'record-heartbeat.sql');
const setAgentLanes = sqlFile(import.meta.url, 'set-agent-lanes.sql');

/** Throws TROOP-1204 for a fingerprint of another form. A retired or unknown machine is told to serve nothing. */
export async function recordHeartbeat(
  pool: Pool,
  clock: Clock,
  agentId: string,
  beat: Heartbeat,
): Promise<HeartbeatReply> {
  // A fingerprint that is known without its lanes would never be asked for again.
  return beat.fingerprint === undefined
    ? await record(pool, clock, agentId, beat)
    : await transaction(pool, (client) => record(client, clock, agentId, beat));
}

async function record(
  database: Queryable,
  clock: Clock,
  agentId: string,
  beat: Heartbeat,
): Promise<HeartbeatReply> {
  const fingerprint = beat.fingerprint === undefined ? null : parseFingerprint(beat.fingerprint);
  const digest = fingerprint === null ? beat.hardwareDigest : hardwareDigest(fingerprint);
  const { freeDiskBytes, loadAverage1m, spooledMessages, job, clock: agentClock } = beat;
  const row = await queryOne(database, recordBeat, [
    agentId,
    beat.state,
    storableJson({ freeDiskBytes, loadAverage1m, spooledMessages, job, clock: agentClock }),
    beat.version,
    digest,
    fingerprint === null ? null : storableJson(fingerprint),
  ]);
  const now = new Date(clock.nowMs()).toISOString();
  if (row === null) return { queues: [], draining: true, wantsFingerprint: false, clock: now };

  const lanes = await lanesInForce(database);
  if (fingerprint !== null) {
    const verdicts = evaluateLanes(lanes, fingerprint);
    await execute(database, setAgentLanes, [
      agentId,
      verdicts.map(({ lane }) => lane),
      verdicts.map(({ verdict }) => verdict.eligible),
      verdicts.map(({ verdict }) => storableJson(verdict.eligible ? [] : verdict.reasons)),
    ]);
  }
  const knowsHardware = row.fingerprint_hash !== null && row.hardware_digest === beat.hardwareDigest;
  const mayWork = row.admin_state === 'active' && knowsHardware;
  return {
    queues: mayWork ? [...(await queuesOfAgent(database, agentId, mostSpecificFirst(lanes)))] : [],
    draining: row.admin_state !== 'active' && row.admin_state !== 'pending',
    wantsFingerprint: !knowsHardware,
    clock: now,
  };
}

/** A scarce machine takes the work that only it can do. */
function mostSpecificFirst(lanes: readonly LaneDefinition[]): (left: string, right: string) => number {
  const specificity = new Map(lanes.map((lane) => [lane.name, laneSpecificity(lane)]));
  return (left, right) =>
    (specificity.get(right) ?? 0) - (specificity.get(left) ?? 0) || (left < right ? -1 : 1);
}
