// Memory and process limits for the ways of isolation whose kernel side gives none: the tree is sampled, seldom while it
// is small, often once it is close to a limit. One sample of a single-process tree reads three small files of /proc.
import type { Clock } from '../../shared/runtime/clock.ts';
import type { SandboxLimits } from './sandbox.ts';
import { processTree, treeUse } from './process-tree.ts';

export type ExceededLimit = 'out_of_memory' | 'process_limit';

const CALM_MS = 250;
const CLOSE_MS = 20;

/** Resolves with the limit that was exceeded, or with null once `stop` aborts. */
export async function watchLimits(
  root: number,
  limits: SandboxLimits,
  clock: Clock,
  stop: AbortSignal,
): Promise<ExceededLimit | null> {
  let delayMs = CLOSE_MS;
  for (;;) {
    await clock.sleep(delayMs, stop);
    if (stop.aborted) return null;
    const use = treeUse(processTree(root, limits.processes + 1000));
    if (use.residentBytes > limits.memoryBytes) return 'out_of_memory';
    if (use.processes > limits.processes) return 'process_limit';
    const share = Math.max(use.residentBytes / limits.memoryBytes, use.processes / limits.processes);
    // A tree that was idle a moment ago can fill hundreds of megabytes within the calm interval; the measured price of
    // a denser one is not worth it while less than a quarter is used.
    delayMs = share > 0.25 ? CLOSE_MS : CALM_MS;
  }
}
