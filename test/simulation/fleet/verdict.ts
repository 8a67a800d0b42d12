// What must hold of a simulated fleet, whatever happened to it.
import { rowsWhere, type Tables } from '../../support/memory-database/tables.ts';
import { truthOf, type Scenario } from './scenario.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

export interface Ended {
  readonly scenario: Scenario;
  readonly tables: Tables;
  readonly machines: readonly SimulatedMachine[];
  /** `<agent> <message id>` of everything that was ever spooled. */
  readonly said: ReadonlySet<string>;
}

/** Sentences, one for each promise that was broken; none is how it should be. */
export function brokenPromises(ended: Ended): string[] {
  return [
    ...notOver(ended),
    ...decidedTwice(ended),
    ...decidedWrongly(ended),
    ...numbersOfTwoHolds(ended),
    ...notKept(ended),
  ];
}

/** Whether nothing is left to be done: every question answered, every message handed over. */
export function isOver({ tables, machines }: Pick<Ended, 'tables' | 'machines'>): boolean {
  for (const campaign of tables.campaigns.values()) if (campaign.state !== 'finished') return false;
  return tables.campaigns.size > 0 && machines.every(({ disk }) => disk.names().length === 0);
}

function notOver(ended: Ended): string[] {
  return [...openWork(ended), ...missingStacks(ended), ...unsentMessages(ended)];
}

function openWork({ tables }: Ended): string[] {
  const [campaign] = tables.campaigns.values();
  const jobs = rowsWhere(tables.jobs, ({ state }) => state === 'queued' || state === 'claimed');
  const undecided = rowsWhere(tables.inspections, ({ outcome }) => outcome === null);
  return [
    ...(campaign?.state === 'finished' ? [] : [`the campaign is ${campaign?.state ?? 'not there'}`]),
    ...jobs.map(({ id, state }) => `job ${id} is ${state}`),
    ...undecided.map(({ id }) => `inspection ${id} was never decided`),
  ];
}

function missingStacks({ scenario, tables }: Ended): string[] {
  return scenario.lanes.flatMap((lane) => {
    const candidates = rowsWhere(tables.inspections, (one) => one.role === 'candidate' && one.lane === lane);
    const count = candidates.length;
    return count === scenario.stacks ? [] : [`lane ${lane} has ${count} of ${scenario.stacks} stacks`];
  });
}

function unsentMessages({ machines }: Ended): string[] {
  return machines.flatMap(({ agentId, disk }) => {
    const left = disk.names();
    return left.length === 0 ? [] : [`the spool of ${agentId} still holds ${left.join(', ')}`];
  });
}

function decidedTwice({ tables }: Ended): string[] {
  const times = new Map<string, string[]>();
  for (const { inspectionId, outcome } of tables.decisions.values()) {
    times.set(inspectionId, [...(times.get(inspectionId) ?? []), outcome]);
  }
  return [...times].flatMap(([id, outcomes]) =>
    outcomes.length === 1 ? [] : [`inspection ${id} was decided ${outcomes.join(', then ')}`],
  );
}

/** A stack that works is never blamed, one that is broken never succeeds. */
function decidedWrongly({ scenario, tables }: Ended): string[] {
  const broken: string[] = [];
  for (const { id, stack_id: stackId, outcome, code } of tables.inspections.values()) {
    const truth = truthOf(scenario, stackId);
    const isBlamed = outcome === 'failed' && code === (truth === 'works' ? 'TROOP-1503' : '');
    const isPraised = outcome === 'succeeded' && truth !== 'works';
    if (isBlamed || isPraised) broken.push(`inspection ${id} of a stack that ${truth}: ${outcome} ${code}`);
  }
  return broken;
}

function numbersOfTwoHolds({ tables }: Ended): string[] {
  return [...tables.comparisons.values()].flatMap(({ inspection_id: id, job_id: jobId, epoch }) => {
    const inspection = tables.inspections.get(id);
    const isSame = inspection?.decided_by_job_id === jobId && inspection.decided_epoch === epoch;
    return isSame ? [] : [`inspection ${id} has numbers of a hold that did not decide it`];
  });
}

/** Everything that was said counts, or lies there as evidence; never both. */
function notKept({ tables, said }: Ended): string[] {
  return [...said].flatMap((line) => {
    const [agentId = '', id = ''] = line.split(' ');
    if (/\.log\.\d+$/.test(id)) return [];
    const counts = tables.messages.get(id)?.agent_id === agentId;
    const isEvidence = tables.stale.has(`${id}|${agentId}`);
    if (counts && isEvidence) return [`${line} counts, and is evidence too`];
    return counts || isEvidence ? [] : [`${line} was said and is gone`];
  });
}
