// `troop-agent run`
import { systemClock } from '../../shared/runtime/clock.ts';
import { pinoLogger } from '../../shared/runtime/logger.ts';
import { onStopWish } from '../../shared/runtime/stop-wishes.ts';
import { readAgentConfig, type AgentFlags } from '../config.ts';
import type { RunningAgent } from '../composition/serve.ts';
import { startAgent } from '../main.ts';

/** Serves until it is told to stop: once to drain, twice to break off. */
export async function run(flags: AgentFlags & { exitWithParent?: boolean }): Promise<number> {
  const config = readAgentConfig(flags, process.env, process.getuid?.() === 0);
  const logger = pinoLogger({ level: config.logLevel });
  const starting = new AbortController();
  let agent: RunningAgent | null = null;
  const ended = new Promise<number>((resolve) => {
    const end = (how: 'drain' | 'stop', status: number): void => {
      starting.abort();
      if (agent === null) {
        resolve(status);
        return;
      }
      const done = how === 'drain' ? agent.drain() : agent.stop();
      void done.then(() => resolve(status));
    };
    onStopWish(systemClock, (signal, times) => {
      const isFirst = times === 1;
      logger.info({ signal, times }, isFirst ? 'draining: a running trial ends first' : 'stopping at once');
      end(isFirst ? 'drain' : 'stop', signal === 'SIGINT' ? 130 : 0);
    });
    if (flags.exitWithParent === true) {
      process.stdin.resume();
      process.stdin.once('end', () => end('stop', 0));
      process.stdin.once('error', () => end('stop', 0));
    }
  });
  try {
    const { signal } = starting;
    agent = await startAgent({ config, clock: systemClock, logger, environment: process.env, signal });
  } catch (error) {
    // What is opened objects when it is told to stop.
    if (!starting.signal.aborted) throw error;
  }
  // It was told when nothing was left to open.
  if (starting.signal.aborted) await agent?.stop();
  const status = await ended;
  process.stdin.pause();
  return status;
}
