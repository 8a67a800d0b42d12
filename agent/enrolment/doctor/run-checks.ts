// Runs every check of the registry, each within its time; one that breaks is told as such and keeps no other from
// running.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Check, DoctorContext, Finding } from './check.ts';

export interface CheckResult extends Finding {
  readonly id: string;
  readonly title: string;
}

const CHECK_MS = 120_000;

/** In the order of `checks`; never rejects. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { id, title, run } of checks) {
    results.push({ id, title, ...(await within(run, context)) });
  }
  return results;
}

async function within(run: Check['run'], context: DoctorContext): Promise<Finding> {
  const answered = new AbortController();
  const late = context.clock.sleep(CHECK_MS, answered.signal).then((): Finding => ({
    state: 'warn',
    seen: `the check did not end within ${CHECK_MS / 1000} s`,
    fix: 'see what keeps this machine busy, and call again',
  }));
  try {
    return await Promise.race([run(context), late]);
  } catch (error) {
    if (error instanceof TroopError) return { state: 'fail', seen: error.message, fix: error.hint };
    const reason = error instanceof Error ? error.message : String(error);
    return { state: 'warn', seen: `the check itself failed: ${reason}`, fix: 'report it: it is a defect' };
  } finally {
    answered.abort();
  }
}
