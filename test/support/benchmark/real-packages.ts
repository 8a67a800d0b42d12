// A virtual environment with real packages from the indexes that pip is configured with. Made once for what it holds, in
// the temporary directory of the system, and used again by later runs; a half-made one is never seen by anybody.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BOUND = { timeout: 600_000, maxBuffer: 16 * 1024 * 1024 };

export interface RealEnvironment {
  readonly prefix: string;
  readonly python: string;
  /** Normalised names of the distributions in it. */
  readonly packages: readonly string[];
}

/** `X.Y` of the python3 on PATH. */
export async function pythonOnPath(): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  return stdout.trim();
}

/** Rejects with pip's own words when the packages cannot be had as wheels. */
export async function realPackages(requirements: readonly string[]): Promise<RealEnvironment> {
  const content = JSON.stringify([requirements, await pythonOnPath(), process.getuid?.()]);
  const key = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const prefix = join(tmpdir(), `troop-packages-${key}`);
  const python = join(prefix, 'bin', 'python');
  const isThere = await access(python).then(
    () => true,
    () => false,
  );
  if (!isThere) await install(requirements, prefix);
  const listing = 'import importlib.metadata as m; print(*(d.metadata["Name"] for d in m.distributions()))';
  const { stdout } = await run(python, ['-c', listing]);
  const packages = stdout
    .trim()
    .split(/\s+/u)
    .map((name) => name.toLowerCase().replaceAll(/[-_.]+/gu, '-'));
  return { prefix, python, packages };
}

async function install(requirements: readonly string[], prefix: string): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), 'troop-packages-draft-'));
  try {
    await run('python3', ['-m', 'venv', '--symlinks', draft], BOUND);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--only-binary', ':all:'];
    await run(join(draft, 'bin', 'python'), [...pip, ...requirements], BOUND);
    // Whoever comes second keeps what the first has made.
    await rename(draft, prefix).catch(() => {});
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
