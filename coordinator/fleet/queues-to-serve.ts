// Which queues a machine may serve now, in the order in which it should ask: the most specific lane first, so that a
// scarce machine takes the work that only it can do; what is urgent before the rest of its queue.
import { laneSpecificity } from '../../shared/machine/lane-specificity.ts';
import type { LaneDefinition } from '../../shared/machine/lanes.ts';
import { servesEnvironment } from '../../shared/machine/serves-environment.ts';
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import { ELIGIBLE, everyOne, type Verdict } from '../../shared/machine/verdict.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

interface QueueRow {
  readonly lane: string;
  readonly target: string;
  readonly priority: 0 | 1;
  readonly environments: readonly TargetEnvironment[];
}

const queuesInLanes = sqlFile<{ [Key in keyof QueueRow]: QueueRow[Key] }>(
  import.meta.url,
  'queues-in-lanes.sql',
);
const setAgentTargets = sqlFile(import.meta.url, 'set-agent-targets.sql');
const agentFingerprint = sqlFile<{ fingerprint: Fingerprint | null; fingerprint_hash: string | null }>(
  import.meta.url,
  'agent-fingerprint.sql',
);

/** Also notes, for the feeder, which targets the machine can build and why not the others. */
export async function queuesToServe(
  database: Queryable,
  lanes: readonly LaneDefinition[],
  agentId: string,
): Promise<readonly QueueName[]> {
  const agent = await queryOne(database, agentFingerprint, [agentId]);
  if (agent === null || agent.fingerprint === null || agent.fingerprint_hash === null) return [];
  const { fingerprint, fingerprint_hash: hash } = agent;
  const rows = await queryRows(database, queuesInLanes, [agentId]);
  const verdicts = new Map(rows.map((row) => [row.target, verdictOn(fingerprint, row.environments)]));
  if (verdicts.size > 0) await noteTargets(database, agentId, hash, verdicts);

  const specificity = new Map(lanes.map((lane) => [lane.name, laneSpecificity(lane)]));
  return rows
    .filter((row) => verdicts.get(row.target)?.eligible === true)
    .toSorted(
      (left, right) =>
        (specificity.get(right.lane) ?? 0) - (specificity.get(left.lane) ?? 0) ||
        left.priority - right.priority ||
        (left.target < right.target ? -1 : 1),
    )
    .map(({ lane, target, priority }) => ({ lane, target, priority }));
}

/** Environments that differ only in variables or image share a target: one that fits is enough. */
function verdictOn(fingerprint: Fingerprint, environments: readonly TargetEnvironment[]): Verdict {
  const verdicts = environments.map((environment) => servesEnvironment(fingerprint, environment));
  return verdicts.some((verdict) => verdict.eligible) ? ELIGIBLE : everyOne(verdicts);
}

async function noteTargets(
  database: Queryable,
  agentId: string,
  fingerprintHash: string,
  verdicts: ReadonlyMap<string, Verdict>,
): Promise<void> {
  const targets = [...verdicts];
  await execute(database, setAgentTargets, [
    agentId,
    fingerprintHash,
    targets.map(([target]) => target),
    targets.map(([, verdict]) => verdict.eligible),
    targets.map(([, verdict]) => JSON.stringify(verdict.eligible ? [] : verdict.reasons)),
  ]);
}
