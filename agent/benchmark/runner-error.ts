// What an exception inside the runner says about the stack.
import type { LaunchPlan } from './launch-plan.ts';
import type { Verdict } from './launch-failure.ts';
import type { PreparedIndicator } from './prepared-benchmark.ts';
import { readText } from './read-answer.ts';
import type { JsonObject } from './worker.ts';

/** A module that was asked for by its name and is not there at all, although everything else works. */
function isAskedFor(missing: string | null, plan: LaunchPlan<PreparedIndicator>): boolean {
  const modules = plan.benchmark.parameters['modules'];
  if (missing === null || !Array.isArray(modules)) return false;
  const isProvided = plan.stack.packages.includes(missing.toLowerCase().replaceAll('_', '-'));
  return !isProvided && modules.some((name) => String(name).split('.')[0] === missing);
}

/** Null when the answer is not one of the runner (`{"ok": false, "stage": …, "error": {…}}`). */
export function readRunnerError(
  answer: JsonObject,
  plan: LaunchPlan<PreparedIndicator>,
): Verdict | 'out-of-memory' | null {
  const raw = answer['error'];
  if (typeof raw !== 'object' || raw === null) return null;
  const error = raw as JsonObject;
  const type = readText(error, 'type') ?? 'Exception';
  const detail = readText(error, 'message') ?? '';
  if (type === 'MemoryError') return 'out-of-memory';
  const facts = { type, detail };
  if (answer['stage'] !== 'import') {
    return { outcome: 'failed', cause: 'stack', phase: 'run', code: 'TROOP-1511', facts };
  }
  const missing = readText(error, 'missing');
  if (type === 'ModuleNotFoundError' && isAskedFor(missing, plan)) {
    const asked = { benchmark: plan.benchmark.key, package: missing };
    return { outcome: 'failed', cause: 'user', phase: 'import', code: 'TROOP-1514', facts: asked };
  }
  return { outcome: 'failed', cause: 'stack', phase: 'import', code: 'TROOP-1503', facts };
}
