// Draws the next stacks of one environment and makes jobs of them on every lane. Cursor and jobs are committed
// together, less where a rule keeps a stack from a lane: after a crash the stream goes on exactly behind the last stack that
// became a job. A strategy that learns is told of new results before the draw: they are in its log by then, and a draw that was told
// less than the log has by now is not committed.
import type { Pool } from 'pg';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { lanesExcluding } from '../monkey/rules/lane-rules.ts';
import { learnsFromResults } from '../monkey/strategies/open-sampling.ts';
import type { SampledFrom } from '../monkey/strategies/sampled-from.ts';
import type { LearnedLog } from '../sampling/learned-log.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import type { CampaignDefinition } from './definition.ts';
import { countTellings, logUntoldResults } from './learned-results.ts';
import { insertInspections, insertJobs, insertLocks, type PlannedInspection } from './plan-inspections.ts';
import type { JsonValue, LockedStackStream, OpenStream } from './stack-stream.ts';

export interface SamplingDependencies {
  readonly pool: Pool;
  readonly ids: Ids;
  readonly openStream: OpenStream;
}

export interface EnvironmentRow {
  readonly id: string;
  readonly environment: TargetEnvironment;
  readonly planned: number;
  readonly sampled: number;
  /** Stacks that the stream has given, those included that needed no inspection. */
  readonly drawn: number;
  readonly cursor: JsonValue;
  readonly definition: CampaignDefinition;
  readonly knowledge_snapshot_id: string;
}

interface SampledStack {
  readonly stack: LockedStack;
  readonly sampling: SampledFrom | null;
  readonly streamPosition: number;
}

/** With its position among the sampled stacks of its environment. */
interface PlacedStack extends SampledStack {
  readonly position: number;
}

interface Wish {
  readonly wanted: number;
  /** What the stream is told; null where it does not learn. */
  readonly learned: LearnedLog | null;
  /** Whether any lane is to inspect the stack. */
  readonly isInspected: (stack: LockedStack) => boolean;
}

interface Drawn {
  readonly stacks: readonly SampledStack[];
  readonly cursor: JsonValue;
  /** Stacks that the stream has given since it began. */
  readonly drawn: number;
  readonly finding: JsonValue;
  readonly isDry: boolean;
}

const lockSql = sqlFile<{ sampled: number; drawn: number; dry: boolean }>(
  import.meta.url,
  'lock-environment.sql',
);
const findKnownSql = sqlFile<{ stack_id: string }>(import.meta.url, 'find-known-stacks.sql');
const advanceSql = sqlFile(import.meta.url, 'advance-environment.sql');

/** How many stacks that are known already, or that rules keep from every lane, may come in a row before a stream counts as dry. */
const MAXIMUM_KNOWN_IN_A_ROW = 200;

/** Makes at most `jobs` jobs a lane; gives how many. 0 when the stream is dry, or when somebody else drew meanwhile. */
export async function sampleStacks(
  dependencies: SamplingDependencies,
  row: EnvironmentRow,
  jobs: number,
): Promise<number> {
  const { stacks: perTrial } = row.definition.trial;
  const wanted = Math.min(row.planned - row.sampled, jobs * perTrial);
  const isLearning = learnsFromResults(row.definition.sampling);
  const learned = isLearning ? await logUntoldResults(dependencies.pool, row) : null;
  if (isLearning && learned === null) return 0;
  const isExcluded = lanesExcluding(row.definition.rules ?? [], row.environment);
  const drawn = await draw(dependencies, row, {
    wanted,
    learned,
    isInspected: ({ packages }) => row.definition.lanes.some((lane) => !isExcluded(packages, lane)),
  });
  return await transaction(dependencies.pool, async (client) => {
    const now = await queryOne(client, lockSql, [row.id]);
    if (now === null || now.dry || now.sampled !== row.sampled || now.drawn !== row.drawn) return 0;
    if (learned !== null && (await countTellings(client, row.id)) !== learned.tellings) return 0;
    const placed = drawn.stacks.map((sampled, place) => ({ ...sampled, position: row.sampled + place }));
    await insertLocks(
      client,
      placed.map(({ stack }) => stack),
    );
    let made = 0;
    for (const lane of row.definition.lanes) {
      const trials = chunks(
        placed.filter(({ stack }) => !isExcluded(stack.packages, lane)),
        perTrial,
      );
      await insertTrials(client, dependencies.ids, { row, lane, trials });
      made = Math.max(made, trials.length);
    }
    const cursor = storableJson(drawn.cursor);
    await execute(client, advanceSql, [
      row.id,
      cursor,
      drawn.stacks.length,
      drawn.isDry,
      drawn.drawn,
      storableJson(drawn.finding),
    ]);
    return made;
  });
}

async function draw(
  { pool, openStream }: SamplingDependencies,
  row: EnvironmentRow,
  { wanted, learned, isInspected }: Wish,
): Promise<Drawn> {
  const { definition, environment, cursor } = row;
  const stream = await openStream({
    definition,
    knowledgeSnapshotId: row.knowledge_snapshot_id,
    environment,
    purpose: 'candidates',
    cursor,
    ...(learned === null ? {} : { learned }),
  });
  const stacks: SampledStack[] = [];
  let knownInARow = 0;
  let drawn = row.drawn;
  let isDry = false;
  while (stacks.length < wanted && !isDry) {
    const asked = wanted - stacks.length;
    const given = await take(stream, asked, drawn);
    drawn += given.length;
    const ids = given.map(({ stack }) => stack.stack_id);
    const known = await queryRows(pool, findKnownSql, [row.id, ids]);
    const isKnown = new Set([...known, ...stacks.map(({ stack }) => stack)].map(({ stack_id: id }) => id));
    for (const sampled of given) {
      if (isKnown.has(sampled.stack.stack_id) || !isInspected(sampled.stack)) {
        knownInARow += 1;
      } else {
        knownInARow = 0;
        isKnown.add(sampled.stack.stack_id);
        stacks.push(sampled);
      }
    }
    isDry = given.length < asked || knownInARow >= MAXIMUM_KNOWN_IN_A_ROW;
  }
  return { stacks, cursor: stream.cursor, drawn, finding: stream.finding ?? null, isDry };
}

/** The next stacks; fewer than asked for at the end of the stream. `position` is that of the first. */
async function take(
  stream: LockedStackStream,
  asked: number,
  position: number,
): Promise<readonly SampledStack[]> {
  const taken: SampledStack[] = [];
  while (taken.length < asked) {
    const stack = await stream.next();
    if (stack === null) break;
    const sampling = stream.sampledFrom ?? null;
    taken.push({ stack, sampling, streamPosition: position + taken.length });
  }
  return taken;
}

async function insertTrials(
  client: Queryable,
  ids: Ids,
  planned: { row: EnvironmentRow; lane: string; trials: readonly (readonly PlacedStack[])[] },
): Promise<void> {
  const { row, lane, trials } = planned;
  const jobs = trials.map((stacks) => ({ id: ids.next(), lane, stacks }));
  await insertJobs(
    client,
    row.id,
    jobs.map(({ id }) => ({ id, lane })),
  );
  const inspections = jobs.flatMap(({ id: jobId, stacks }) =>
    stacks.map((placed): PlannedInspection => ({
      id: ids.next(),
      lane,
      role: 'candidate',
      jobId,
      ...placed,
    })),
  );
  await insertInspections(client, row.id, inspections);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
