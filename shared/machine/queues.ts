// Which queues a machine may serve: it must be in the lane, and have an interpreter that builds what the queue is for.
import { environmentKey, type TargetEnvironment } from '../stack/environment.ts';
import { byMostSpecific, evaluateLane, type LaneDefinition } from './lanes.ts';
import { servesEnvironment } from './serves-environment.ts';
import { ELIGIBLE, everyOne, type Verdict } from './verdict.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { QueueKey } from './queue-key.ts';

export interface QueueVerdict {
  readonly queue: QueueKey;
  readonly verdict: Verdict;
}

/** Every queue of the lanes and environments with the machine's verdict, most specific lane first. */
export function evaluateQueues(
  fingerprint: Fingerprint,
  lanes: readonly LaneDefinition[],
  environments: readonly TargetEnvironment[],
): readonly QueueVerdict[] {
  const keys = [...new Set(environments.map((environment) => environmentKey(environment)))];
  const targets = keys.map((target) => {
    const sharing = environments.filter((environment) => environmentKey(environment) === target);
    return { target, verdict: servesOne(fingerprint, sharing) };
  });
  return lanes.toSorted(byMostSpecific).flatMap((lane) => {
    const inLane = evaluateLane(lane, fingerprint);
    return targets.map(({ target, verdict }) => ({
      queue: { lane: lane.name, target },
      verdict: everyOne([inLane, verdict]),
    }));
  });
}

/** The queues that the machine may serve, in the order in which it should look. */
export function queuesOf(
  fingerprint: Fingerprint,
  lanes: readonly LaneDefinition[],
  environments: readonly TargetEnvironment[],
): readonly QueueKey[] {
  return evaluateQueues(fingerprint, lanes, environments).flatMap(({ queue, verdict }) =>
    verdict.eligible ? [queue] : [],
  );
}

/** Environments that differ only in variables or image share a queue; the claim decides on the single job. */
function servesOne(fingerprint: Fingerprint, environments: readonly TargetEnvironment[]): Verdict {
  const verdicts = environments.map((environment) => servesEnvironment(fingerprint, environment));
  return verdicts.some((verdict) => verdict.eligible) ? ELIGIBLE : everyOne(verdicts);
}
