// Loaded into a coordinator by `--import`: how long its event loop lets a timer wait, and how much processor time of its main
// thread goes by in between, which says how long it would have waited had the machine been its own. Answers SIGUSR2 with a file
// and begins anew. Linux alone.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 5;
const answerFile = process.env['TROOP_BENCH_PROBE'];

/** Processor time of the main thread, which has the id of the process. */
const processorMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;

if (isMainThread && process.argv[2] === 'up' && answerFile !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: TICK_MS });
  delay.enable();
  let last = processorMs();
  let most = 0;
  setInterval(() => {
    const now = processorMs();
    most = Math.max(most, now - last);
    last = now;
  }, TICK_MS).unref();
  process.on('SIGUSR2', () => {
    const answer = { processorMs: most, delayMs: delay.max / 1e6, delayP99Ms: delay.percentile(99) / 1e6 };
    writeFileSync(`${answerFile}.part`, JSON.stringify(answer));
    renameSync(`${answerFile}.part`, answerFile);
    delay.reset();
    last = processorMs();
    most = 0;
  });
}
