// Runs small Python programs in a sandbox and collects what they said. Python is what Troop needs on a machine anyway.
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { sandboxCandidates, whyUnfit } from '../../../agent/sandbox/choose-sandbox.ts';
import type {
  Sandbox,
  SandboxCommand,
  SandboxedProcess,
  SandboxExit,
} from '../../../agent/sandbox/sandbox.ts';
import { unshareSandbox } from '../../../agent/sandbox/unshare-sandbox.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';

export const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

export const ids = uuidIds(systemClock);

export interface Variant {
  readonly name: string;
  readonly sandbox: Sandbox;
}

/** Every way that works on this machine, and for the others why they do not. */
export async function sandboxVariants(
  scratchDirectory: string,
): Promise<{ working: readonly Variant[]; missing: readonly string[] }> {
  const isRoot = process.getuid?.() === 0;
  const candidates = await sandboxCandidates({
    clock: systemClock,
    nextId: () => ids.next(),
    scratchDirectory,
    isRoot,
    searchPath: (process.env['PATH'] ?? '').split(delimiter),
  });
  const working: Variant[] = [];
  const missing: string[] = [];
  const tryOne = async (name: string, sandbox: Sandbox): Promise<void> => {
    const reason = await whyUnfit(sandbox, scratchDirectory);
    if (reason === null) working.push({ name, sandbox });
    else missing.push(`${name}: ${reason}`);
  };
  for (const candidate of candidates) {
    if ('start' in candidate) await tryOne(candidate.kind, candidate);
    else missing.push(`${candidate.kind}: ${candidate.reason}`);
  }
  if (isRoot && working.some(({ name }) => name === 'unshare')) {
    await tryOne('unshare with a user namespace', unshareSandbox({ clock: systemClock, isRoot: false }));
  }
  return { working, missing };
}

export const MEBIBYTE = 1024 ** 2;

export function pythonCommand(
  directory: string,
  source: string,
  overrides: Partial<SandboxCommand> = {},
): SandboxCommand {
  return {
    argv: [python, '-I', '-S', '-c', source],
    workingDirectory: directory,
    environment: {},
    writablePaths: [directory],
    hiddenPaths: [],
    network: false,
    limits: { wallMs: 30_000, memoryBytes: 512 * MEBIBYTE, outputBytes: MEBIBYTE, processes: 32 },
    ...overrides,
  };
}

export interface Ran extends SandboxExit {
  readonly stdout: string;
}

/** Runs to the end with an empty input. */
export async function run(sandbox: Sandbox, command: SandboxCommand): Promise<Ran> {
  const running = await sandbox.start(command);
  running.stdin.end();
  const [stdout, exit] = await Promise.all([readAll(running), running.exited]);
  return { stdout, ...exit };
}

export async function readAll(running: SandboxedProcess): Promise<string> {
  let text = '';
  for await (const chunk of running.stdout) text += String(chunk);
  return text;
}
