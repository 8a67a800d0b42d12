// A campaign on a lane that nobody defined would wait for ever: its name is a mistake, and is said to be one.
import { lanesInForce } from '../fleet/lanes-in-force.ts';
import type { Queryable } from '../store/sql-file.ts';
import { formError } from './check-form.ts';

/** @throws TROOP-1301 with the place of the first lane that the catalogue lacks */
export async function refuseUnknownLanes(client: Queryable, lanes: readonly string[]): Promise<void> {
  const known = (await lanesInForce(client)).map(({ name }) => name);
  const index = lanes.findIndex((lane) => !known.includes(lane));
  if (index < 0) return;
  const reason = `there is no lane "${lanes[index] ?? ''}"`;
  throw formError([{ path: `lanes[${index}]`, reason, advice: `one of ${known.join(', ')}` }]);
}
