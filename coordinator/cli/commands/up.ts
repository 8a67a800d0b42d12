// `troop up`: the coordinator with all that it needs, in the foreground until it is told to stop.
import { join } from 'node:path';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { pinoLogger, type Logger } from '../../../shared/runtime/logger.ts';
import { makeFolder } from '../../../shared/runtime/make-folder.ts';
import { onStopWish } from '../../../shared/runtime/stop-wishes.ts';
import { TROOP_VERSION } from '../../../shared/runtime/version.ts';
import type { Terminal } from '../../../shared/terminal/terminal.ts';
import { readCoordinatorConfig, type CoordinatorConfig, type CoordinatorFlags } from '../../config.ts';
import {
  dataDirectoryLayout,
  defaultDataDirectory,
  makeDataDirectory,
} from '../../embedded/data-directory.ts';
import { startCoordinator, type RunningCoordinator } from '../../main.ts';
import { processTerminal } from '../command-context.ts';

export async function up(flags: CoordinatorFlags & { json?: boolean }): Promise<number> {
  const terminal = processTerminal();
  const config = readCoordinatorConfig(flags, process.env, process.getuid?.() === 0);
  const stopping = stopOnSignal();
  const coordinator = await startHere(config, terminal, stopping.signal);
  if (flags.json === true) {
    const { url, dataDirectory, parts } = coordinator;
    terminal.out(JSON.stringify({ url, data: dataDirectory, parts, version: TROOP_VERSION }));
  } else {
    terminal.out(`troop ${TROOP_VERSION}  ${coordinator.url}  data ${coordinator.dataDirectory}`);
    terminal.out(coordinator.parts.join('  ·  '));
    const usual = defaultDataDirectory(process.env, process.getuid?.() === 0);
    for (const line of nextLines(coordinator.dataDirectory, usual)) terminal.say(line);
  }
  const status = await stopping.stopped;
  terminal.say('stopping');
  await coordinator.stop();
  return status;
}

/** `usual`: where the other commands look when they are told nothing. */
export function nextLines(dataDirectory: string, usual: string): readonly string[] {
  const next = 'next: troop campaign create -f FILE, or troop token create for another machine; ^C stops';
  if (dataDirectory === usual) return [next];
  return [next, `      each with --data ${dataDirectory}, or after export TROOP_DATA=${dataDirectory}`];
}

/** Starts a coordinator in this process; its log goes to the data directory. */
export async function startHere(
  config: CoordinatorConfig,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RunningCoordinator> {
  const logger = await openLog(config);
  return await startCoordinator({
    config,
    clock: systemClock,
    logger,
    environment: process.env,
    say: (line) => terminal.say(`${line} …`),
    signal,
  });
}

/** The log is opened before the data directory is: what is wrong with that is said here. @throws TROOP-1662 */
async function openLog({ logLevel, dataDirectory }: CoordinatorConfig): Promise<Logger> {
  const { path, logs } = dataDirectoryLayout(dataDirectory);
  try {
    await makeDataDirectory(path);
    await makeFolder(logs, 0o700);
    return pinoLogger({ level: logLevel, path: join(logs, 'coordinator.log') });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1662', { path, reason }, { cause: error });
  }
}

/** The first wish to stop is granted in order; a second one ends the process at once. */
export function stopOnSignal(): { readonly signal: AbortSignal; readonly stopped: Promise<number> } {
  const stopping = new AbortController();
  const stopped = new Promise<number>((resolve) => {
    onStopWish(systemClock, (signal, times) => {
      const status = signal === 'SIGINT' ? 130 : 0;
      if (times > 1) process.exit(status === 0 ? 1 : status);
      stopping.abort();
      resolve(status);
    });
  });
  return { signal: stopping.signal, stopped };
}
