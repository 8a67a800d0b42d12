// Which stack is the baseline of a lane. A baseline that turned out not to build or run there was rejected by the trial
// that found it out; the next of the environment's order takes its place, for every job of the lane that is not
// finished. Frozen as soon as one is proved.
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import { addNote } from '../inspections/judge-baseline.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import type { CampaignDefinition } from './definition.ts';
import { insertBaselineCandidate, putBaseline } from './put-baseline.ts';
import type { JsonValue, OpenStream } from './stack-stream.ts';

export interface BaselineDependencies {
  readonly pool: Pool;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly openStream: OpenStream;
}

interface LaneRow {
  readonly environment_id: string;
  readonly campaign_id: string;
  readonly lane: string;
  readonly target: string;
  readonly environment: TargetEnvironment;
  readonly cursor: JsonValue;
  readonly baseline_dry: boolean;
  readonly definition: CampaignDefinition;
  readonly knowledge_snapshot_id: string;
  readonly tried: number;
}

/** After so many that do not work, the lane is given up: it is hardly the stacks. */
export const MAXIMUM_BASELINES = 10;

const readLanesSql = sqlFile<LaneRow>(import.meta.url, 'read-lanes-without-baseline.sql');
const lockSql = sqlFile<{ sampled: number }>(import.meta.url, 'lock-environment.sql');
const readCandidateSql = sqlFile<{ lock: LockedStack }>(import.meta.url, 'read-baseline-candidate.sql');
const advanceSql = sqlFile(import.meta.url, 'advance-baselines.sql');
const giveUpSql = sqlFile(import.meta.url, 'give-up-lane.sql');

/** Gives every lane that lacks one its next baseline, or gives the lane up. */
export async function replaceBaselines(dependencies: BaselineDependencies): Promise<void> {
  const { pool, logger } = dependencies;
  for (const { environment_id: id, lane } of await queryRows(pool, readLanesSql)) {
    try {
      // Read again: the lane before may have drawn from the same environment.
      const row = (await queryRows(pool, readLanesSql)).find(
        (candidate) => candidate.environment_id === id && candidate.lane === lane,
      );
      if (row !== undefined) await replaceOn(dependencies, row);
    } catch (error) {
      logger.error({ err: error, environment: id, lane }, 'a baseline could not be replaced');
    }
  }
}

async function replaceOn(dependencies: BaselineDependencies, row: LaneRow): Promise<void> {
  const { pool, ids } = dependencies;
  const rank = row.tried;
  const stack = rank >= MAXIMUM_BASELINES ? null : await baselineOfRank(dependencies, row, rank);
  await transaction(pool, async (client) => {
    // Opening the stream takes its time: the campaign may be over by now.
    if ((await queryOne(client, lockSql, [row.environment_id])) === null) return;
    if (stack === null) return await giveUp(client, row);
    await putBaseline(client, ids, { environmentId: row.environment_id, lane: row.lane, rank }, stack);
  });
}

/** Drawn from the stream when no lane has needed it before. */
async function baselineOfRank(
  { pool, openStream }: BaselineDependencies,
  row: LaneRow,
  rank: number,
): Promise<LockedStack | null> {
  const known = await queryOne(pool, readCandidateSql, [row.environment_id, rank]);
  if (known !== null) return known.lock;
  if (row.baseline_dry) return null;
  const stream = await openStream({
    definition: row.definition,
    knowledgeSnapshotId: row.knowledge_snapshot_id,
    environment: row.environment,
    purpose: 'baselines',
    cursor: row.cursor,
  });
  const stack = await stream.next();
  await transaction(pool, async (client) => {
    if (stack !== null) await insertBaselineCandidate(client, row.environment_id, rank, stack);
    await execute(client, advanceSql, [row.environment_id, storableJson(stream.cursor), stack === null]);
  });
  return stack;
}

async function giveUp(client: Queryable, row: LaneRow): Promise<void> {
  const error = new TroopError('TROOP-1325', { lane: row.lane, tried: row.tried });
  const values = [row.environment_id, row.lane, error.code, error.message, error.hint];
  await execute(client, giveUpSql, values);
  await addNote(
    client,
    row.campaign_id,
    `no-baseline/${row.environment_id}/${row.lane}`,
    `Lane ${row.lane} (${row.target}) was given up: ${error.message}`,
  );
}
