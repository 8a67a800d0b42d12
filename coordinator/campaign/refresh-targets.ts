// Which machines can build and run stacks of the targets that campaigns ask for: derived once a fingerprint, so that
// the window of offers can be counted in SQL.
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import type { Verdict } from '../../shared/machine/verdict.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import { execute, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

export type ServesEnvironment = (fingerprint: Fingerprint, environment: TargetEnvironment) => Verdict;

interface MissingRow {
  readonly agent_id: string;
  readonly fingerprint: Fingerprint;
  readonly fingerprint_hash: string;
  readonly target: string;
  readonly environments: readonly TargetEnvironment[];
}

const readMissingSql = sqlFile<MissingRow>(import.meta.url, 'read-missing-targets.sql');
const upsertSql = sqlFile(import.meta.url, 'upsert-target.sql');

/** Environments that differ only in image or variables share a target: one that fits is enough, the claim looks again. */
export async function refreshTargets(client: Queryable, serves: ServesEnvironment): Promise<void> {
  for (const row of await queryRows(client, readMissingSql)) {
    const verdicts = row.environments.map((environment) => serves(row.fingerprint, environment));
    const isEligible = verdicts.some((verdict) => verdict.eligible);
    const reasons = verdicts.flatMap((verdict) => (verdict.eligible ? [] : verdict.reasons));
    const told = isEligible ? [] : [...new Set(reasons)];
    await execute(client, upsertSql, [row.agent_id, row.target, row.fingerprint_hash, isEligible, told]);
  }
}
