// Gets uv through the machine's own pip, so that whatever index, proxy and certificate pip knows is what is used. The
// version and the hashes are part of the product: nothing else is ever run.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { withLock } from '../../shared/runtime/file-lock.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { createRedactor } from '../sandbox/redact.ts';
import { removeTree } from '../sandbox/remove-tree.ts';
import { uvVersionAt } from './uv-version.ts';

export const PINNED_UV = {
  version: '0.13.9',
  /** One wheel a platform: Linux on x86_64 and aarch64, glibc and musl; macOS on both processors. */
  sha256: [
    'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19',
    '2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25',
    'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375',
    '5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe',
    '66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63',
    'c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5',
  ],
} as const;

export interface BootstrapOptions {
  /** Directory of the agent's tools; shared by its processes. */
  readonly directory: string;
  /** An interpreter that has pip; absolute path. */
  readonly python: string;
  /** Environment for pip: the user's own, since pip finds its settings and credentials through it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly signal?: AbortSignal;
}

const FETCH_MS = 300_000;

/** Absolute path of the pinned uv, fetched once per directory. TROOP-1420 when it cannot be had. */
export async function bootstrapUv(options: BootstrapOptions): Promise<string> {
  const home = join(options.directory, `uv-${PINNED_UV.version}`);
  const program = join(home, 'bin', 'uv');
  await mkdir(options.directory, { recursive: true });
  const lock = {
    clock: options.clock,
    timeoutMs: FETCH_MS,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onTimeout: (pid: number): Error => cannotFetch(`process ${pid} has been fetching it for too long`),
  };
  return withLock(`${home}.lock`, lock, async () => {
    if ((await uvVersionAt(program)) === PINNED_UV.version) return program;
    await fetchInto(home, options);
    if ((await uvVersionAt(program)) !== PINNED_UV.version) {
      throw cannotFetch('the fetched program does not run');
    }
    return program;
  });
}

async function fetchInto(home: string, options: BootstrapOptions): Promise<void> {
  const draft = `${home}.${options.nextId()}`;
  try {
    await mkdir(draft);
    const requirements = join(draft, 'requirements.txt');
    const hashes = PINNED_UV.sha256.map((sha256) => ` --hash=sha256:${sha256}`).join('');
    await writeFile(requirements, `uv==${PINNED_UV.version}${hashes}\n`);
    const target = join(draft, 'target');
    const answer = await runCommand(
      options.python,
      [
        '-m',
        'pip',
        'install',
        '--no-deps',
        '--no-compile',
        '--only-binary',
        ':all:',
        '--require-hashes',
        '--target',
        target,
        '--requirement',
        requirements,
      ],
      {
        timeoutMs: FETCH_MS,
        cwd: draft,
        environment: { ...options.environment, PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
    );
    if (answer.exitCode !== 0) throw cannotFetch(reasonOf(answer));
    await removeTree(home);
    await rename(target, home);
  } finally {
    await removeTree(draft);
  }
}

function reasonOf(answer: { stderr: string; failure: string | null }): string {
  if (answer.failure !== null) return `pip: ${answer.failure}`;
  const lines = answer.stderr.trim().split('\n');
  const line = lines.findLast((one) => one.includes('ERROR')) ?? lines.at(-1) ?? 'pip failed';
  return createRedactor()(line).slice(0, 300);
}

function cannotFetch(reason: string): TroopError {
  return new TroopError('TROOP-1420', { reason });
}
