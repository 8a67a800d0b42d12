// The lane catalogue in force: the built-in lanes and those that operators added; one of the same name replaces ours.
import { defaultLanes, parseLaneDefinition, type LaneDefinition } from '../../shared/machine/lanes.ts';
import { queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

const loadLanes = sqlFile<{ name: string; definition: unknown }>(import.meta.url, 'load-lanes.sql');

export async function lanesInForce(database: Queryable): Promise<readonly LaneDefinition[]> {
  const added = (await queryRows(database, loadLanes)).map((row) => parseLaneDefinition(row.definition));
  const names = new Set(added.map((lane) => lane.name));
  return [...defaultLanes.filter((lane) => !names.has(lane.name)), ...added];
}
