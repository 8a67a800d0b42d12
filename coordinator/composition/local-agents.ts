// The agents that `troop up` runs on its own machine: ordinary agents, joined like any other, each a process with a
// state directory under the data directory. One that ends is started again, later each time; all end with us, even when
// we are killed, since they watch their standard input.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { backoffDelayMs } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Stoppable } from '../../shared/runtime/lifecycle.ts';
import type { DataDirectory } from '../embedded/data-directory.ts';

export interface LocalAgentsOptions {
  readonly count: number;
  readonly data: DataDirectory;
  /** Base address of our API. */
  readonly url: string;
  /** A fresh enrolment token for one use. */
  readonly newToken: () => Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

const PROGRAM = fileURLToPath(new URL('../../agent/cli/troop-agent.js', import.meta.url));
const JOIN_MS = 60_000;
const STOP_MS = 20_000;
/** A life that long counts as a success: the next failure is the first again. */
const GOOD_LIFE_MS = 60_000;

/** Joins and starts them; throws TROOP-1210 when one cannot join. */
export async function startLocalAgents(options: LocalAgentsOptions): Promise<Stoppable> {
  const stopping = new AbortController();
  const lives: Promise<void>[] = [];
  for (let number = 1; number <= options.count; number++) {
    const state = join(options.data.path, 'agents', `local-${number}`);
    await mkdir(state, { recursive: true, mode: 0o700 });
    await joinFleet(options, state, `local-${number}`);
    lives.push(keepAlive(options, state, number, stopping.signal));
  }
  return {
    name: 'local agents',
    stop: async () => {
      stopping.abort();
      await Promise.all(lives);
    },
  };
}

/** What agents must not let measured code see of ours: everything; each shows again what its commands need. */
const agentEnvironment = ({ data, environment }: LocalAgentsOptions): NodeJS.ProcessEnv => ({
  ...environment,
  TROOP_AGENT_HIDDEN: [data.path, environment['TROOP_AGENT_HIDDEN'] ?? ''].join(':'),
});

/** The token goes through standard input: neither a file nor the command line shows it. */
async function joinFleet(options: LocalAgentsOptions, state: string, name: string): Promise<void> {
  const token = await options.newToken();
  const argv = [
    PROGRAM,
    'join',
    options.url,
    '--token-file',
    '-',
    '--name',
    name,
    '--state',
    state,
    '--json',
  ];
  const child = spawn(process.execPath, argv, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: agentEnvironment(options),
    timeout: JOIN_MS,
    killSignal: 'SIGKILL',
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(token);
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (status !== 0) {
    throw new TroopError('TROOP-1210', { name, reason: complaint.trim() || `status ${status ?? 'none'}` });
  }
}

/** Runs one until the signal aborts, again and again; whatever it ends with, it never rejects. */
export async function keepAlive(
  options: LocalAgentsOptions,
  state: string,
  number: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger } = options;
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs();
    const end = await runOnce(options, state, number, signal).then(
      (status) => ({ status }),
      // On a full disk there is no log to open, and without free handles no process: later there may be.
      (err: unknown) => ({ err }),
    );
    if (signal.aborted) return;
    failures = clock.monotonicMs() - startedMs > GOOD_LIFE_MS ? 1 : failures + 1;
    logger.error({ agent: number, ...end, failures }, 'a local agent ended; it is started again');
    await clock.sleep(
      backoffDelayMs({ initialMs: 500, maximumMs: 30_000 }, failures, options.random),
      signal,
    );
  }
}

async function runOnce(
  options: LocalAgentsOptions,
  state: string,
  number: number,
  signal: AbortSignal,
): Promise<number | null> {
  const log = await open(join(options.data.logs, `agent-${number}.log`), 'a', 0o600);
  const argv = [PROGRAM, 'run', '--state', state, '--exit-with-parent', '--metrics-port', '0'];
  const child = spawn(process.execPath, argv, {
    stdio: ['pipe', log.fd, log.fd],
    env: agentEnvironment(options),
  });
  await log.close();
  const input = child.stdin;
  if (input === null) throw new TroopError('TROOP-1001', { reason: 'a child without standard input' });
  input.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  const onAbort = (): void => {
    input.end();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const status = await Promise.race([ended, patience(options.clock, child, ended, signal)]);
  signal.removeEventListener('abort', onAbort);
  return status;
}

/** Closing its input ends an agent; one that does not end is killed. */
async function patience(
  clock: Clock,
  child: ChildProcess,
  ended: Promise<number | null>,
  signal: AbortSignal,
): Promise<number | null> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    void ended.then(() => resolve());
  });
  const giveUp = new AbortController();
  void ended.then(() => giveUp.abort());
  await clock.sleep(STOP_MS, giveUp.signal);
  if (!giveUp.signal.aborted) child.kill('SIGKILL');
  return await ended;
}
