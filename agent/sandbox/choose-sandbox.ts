// The best way of isolation that really works on this machine: each is tried, best first, and believed only after a test
// run inside it. Why the better ones were not taken is part of the answer.
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { bubblewrapSandbox } from './bubblewrap-sandbox.ts';
import { processGroupSandbox } from './process-group-sandbox.ts';
import type { Sandbox, SandboxCommand } from './sandbox.ts';
import { unshareSandbox } from './unshare-sandbox.ts';

export interface ChooseOptions {
  readonly clock: Clock;
  readonly nextId: () => string;
  /** Directory of the agent in which the self test may make files for a moment. */
  readonly scratchDirectory: string;
  readonly isRoot: boolean;
  /** Directories to look for programs in, as in PATH. */
  readonly searchPath: readonly string[];
}

export interface RejectedSandbox {
  readonly kind: Sandbox['kind'];
  readonly reason: string;
}

export interface ChosenSandbox {
  readonly sandbox: Sandbox;
  readonly rejected: readonly RejectedSandbox[];
}

/** Every way that could work here, best first, with a reason for those that are not even there. */
export async function sandboxCandidates(
  options: ChooseOptions,
): Promise<readonly (Sandbox | RejectedSandbox)[]> {
  const [bubblewrap, unshare, setpriv, prlimit] = await Promise.all(
    ['bwrap', 'unshare', 'setpriv', 'prlimit'].map((name) => findProgram(name, options.searchPath)),
  );
  const hasUtilLinux = setpriv !== null && prlimit !== null;
  const { clock, isRoot, nextId } = options;
  const isMissing = (kind: Sandbox['kind'], program: string): RejectedSandbox => ({
    kind,
    reason: `${program} is not installed`,
  });
  return [
    bubblewrap && prlimit
      ? bubblewrapSandbox({ clock, isRoot, program: bubblewrap, hasSize: await knowsSize(bubblewrap) })
      : isMissing('bubblewrap', bubblewrap ? 'prlimit' : 'bwrap'),
    unshare && hasUtilLinux
      ? unshareSandbox({ clock, isRoot })
      : isMissing('unshare', unshare ? 'setpriv' : 'unshare'),
    processGroupSandbox({ clock, nextId, hasUtilLinux }),
  ];
}

/** Rejects with TROOP-1492 when not even a process group works. */
export async function chooseSandbox(options: ChooseOptions): Promise<ChosenSandbox> {
  const rejected: RejectedSandbox[] = [];
  for (const candidate of await sandboxCandidates(options)) {
    if (!('start' in candidate)) {
      rejected.push(candidate);
      continue;
    }
    const reason = await whyUnfit(candidate, options.scratchDirectory);
    if (reason === null) return { sandbox: candidate, rejected };
    rejected.push({ kind: candidate.kind, reason });
  }
  const reason = rejected.map((one) => `${one.kind}: ${one.reason}`).join('; ');
  throw new TroopError('TROOP-1492', { reason });
}

/** Runs the self test inside; null when the sandbox keeps everything that it does not name as a weakness. */
export async function whyUnfit(sandbox: Sandbox, scratchDirectory: string): Promise<string | null> {
  await mkdir(scratchDirectory, { recursive: true });
  const directory = await mkdtemp(join(scratchDirectory, 'sandbox-self-test-'));
  const inTmp = await mkdtemp('/tmp/sandbox-self-test-');
  try {
    const paths = await layOut(directory);
    const running = await sandbox.start(selfTestCommand(paths, inTmp));
    running.stdin.end();
    let said = '';
    for await (const chunk of running.stdout) said += String(chunk);
    const exit = await running.exited;
    if (exit.end !== 'exited' || exit.exitCode !== 0) {
      return `the self test ended with ${exit.end} ${exit.exitCode ?? exit.signal}: ${exit.stderrTail.trim()}`;
    }
    return firstBreach(said, sandbox.weaknesses);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await Promise.all([directory, inTmp].map((path) => rm(path, { recursive: true, force: true })));
  }
}

interface SelfTestPaths {
  readonly own: string;
  readonly outside: string;
  readonly hidden: string;
}

async function layOut(directory: string): Promise<SelfTestPaths> {
  const paths = {
    own: join(directory, 'own'),
    outside: join(directory, 'outside'),
    hidden: join(directory, 'hidden'),
  };
  for (const path of Object.values(paths)) await mkdir(path);
  await writeFile(join(paths.hidden, 'secret'), '');
  return paths;
}

const SELF_TEST = fileURLToPath(new URL('./self-test.sh', import.meta.url));

function selfTestCommand(paths: SelfTestPaths, inTmp: string): SandboxCommand {
  return {
    argv: ['/bin/sh', SELF_TEST, join(paths.outside, 'file'), join(paths.hidden, 'secret'), inTmp],
    workingDirectory: paths.own,
    environment: {},
    writablePaths: [paths.own],
    readablePaths: [dirname(SELF_TEST)],
    hiddenPaths: [paths.hidden],
    network: false,
    limits: { wallMs: 10_000, memoryBytes: 256 * 1024 ** 2, outputBytes: 64 * 1024, processes: 16 },
  };
}

/** What the self test must not be able to do, and the weakness that excuses it. */
const BREACHES: readonly (readonly [line: string, weakness: string])[] = [
  ['writes-outside=yes', 'read-only-system'],
  ['sees-hidden=yes', 'hidden-paths'],
  ['sees-shared-tmp=yes', 'private-tmp'],
  ['has-network=yes', 'network'],
];

function firstBreach(said: string, weaknesses: readonly string[]): string | null {
  const lines = said.split('\n');
  if (!lines.includes('writes-own=yes')) return 'the self test could not write into its own directory';
  const breach = BREACHES.find(([line, weakness]) => lines.includes(line) && !weaknesses.includes(weakness));
  return breach === undefined ? null : `the self test said ${breach[0]}`;
}

async function knowsSize(bubblewrap: string): Promise<boolean> {
  const { stdout, stderr } = await runCommand(bubblewrap, ['--help'], { timeoutMs: 10_000 });
  return `${stdout}${stderr}`.includes('--size');
}

async function findProgram(name: string, searchPath: readonly string[]): Promise<string | null> {
  for (const directory of searchPath) {
    const path = join(directory, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return null;
}
