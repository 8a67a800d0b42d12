// The part that every way of isolation shares: start the prepared command, hold it to its limits, tell why it ended, and
// say so only when nothing of it is left. What differs between the ways comes in as an Isolation.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { Transform, type Readable, type Writable } from 'node:stream';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { decodeExit } from './decode-exit.ts';
import type { Sandbox, SandboxCommand, SandboxEnd, SandboxedProcess, SandboxExit } from './sandbox.ts';
import { TailBuffer } from './tail-buffer.ts';
import { watchLimits } from './watch-limits.ts';

/** One started command as its way of isolation sees it. */
export interface Isolation {
  readonly kind: Sandbox['kind'];
  readonly argv: readonly string[];
  /** Environment of the first program of `argv`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the command is announced by `ready` on file descriptor 3; else it runs from the start. */
  readonly announcesReady: boolean;
  /** Whether the first program reports a signal of the command as 128 + its number, as shells do. */
  readonly reportsSignalsAsCodes: boolean;
  /** How many processes of the launcher itself live as long as the command; they do not count against its limit. */
  readonly ownProcesses: number;
  readonly life: ProcessLife;
}

/** Knows every process that belongs to a command; `pid` is the one that was started. */
export interface ProcessLife {
  /** The command is about to run, or runs. */
  ready(pid: number): void;
  /** Ends everything, at once. */
  killAll(pid: number): void;
  /** The started process has ended: resolves once nothing else is left. */
  settle(pid: number): Promise<void>;
}

const STDERR_TAIL_BYTES = 16 * 1024;
/** Setting up takes a tenth of a second; mounts of a dead file server may take for ever. */
const SETUP_BOUND_MS = 30_000;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Rejects with TROOP-1490 when the isolation cannot be set up; then nothing of the command has run. */
export async function supervise(
  isolation: Isolation,
  command: SandboxCommand,
  clock: Clock,
): Promise<SandboxedProcess> {
  const [program, ...programArguments] = isolation.argv as [string, ...string[]];
  const child = spawn(program, programArguments, {
    cwd: isolation.announcesReady ? '/' : command.workingDirectory,
    env: { ...isolation.environment },
    // A session of its own: a Ctrl-C at the agent's terminal does not reach it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', isolation.announcesReady ? 'pipe' : 'ignore'],
  }) as Child;
  const stderrTail = new TailBuffer(STDERR_TAIL_BYTES);
  // A program that ends without reading its input is told by its exit, not by EPIPE here.
  child.stdin.on('error', () => {});
  const exit = new Promise<ExitEvent>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => resolve({ code: null, signal: null, error }));
  });
  const supervision = new Supervision({ isolation, command, clock, child, stderrTail });
  const isSetUp = new AbortController();
  void clock.sleep(SETUP_BOUND_MS, isSetUp.signal).then(() => {
    if (!isSetUp.signal.aborted && child.pid !== undefined) isolation.life.killAll(child.pid);
  });
  try {
    if (isolation.announcesReady) await untilReady(isolation, child, exit, stderrTail);
    else await untilSpawned(isolation, child);
  } finally {
    isSetUp.abort();
  }
  return supervision.begin(exit);
}

interface ExitEvent {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error;
}

async function untilSpawned(isolation: Isolation, child: Child): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new TroopError(
      'TROOP-1490',
      { kind: isolation.kind, reason: (error as Error).message },
      { cause: error },
    );
  }
}

async function untilReady(
  isolation: Isolation,
  child: Child,
  exit: Promise<ExitEvent>,
  stderrTail: TailBuffer,
): Promise<void> {
  const channel = child.stdio[3] as unknown as Readable;
  channel.on('error', () => {});
  let heard = '';
  try {
    for await (const chunk of channel) {
      heard += String(chunk);
      if (heard.includes('ready')) break;
    }
  } catch {
    // The process is gone; its exit says more.
  }
  if (heard.includes('ready')) return;
  const { code, signal, error } = await exit;
  const said = stderrTail.text().trim().split('\n')[0];
  const reason = error?.message ?? (said || `it ended with ${signal ?? code}`);
  throw new TroopError('TROOP-1490', { kind: isolation.kind, reason });
}

interface Supervised {
  readonly isolation: Isolation;
  readonly command: SandboxCommand;
  readonly clock: Clock;
  readonly child: Child;
  readonly stderrTail: TailBuffer;
}

class Supervision {
  readonly #parts: Supervised;
  readonly #stdout: Transform;
  readonly #over = new AbortController();
  #outputBytes = 0;
  /** The first reason wins: what follows it are its consequences. */
  #end: SandboxEnd | null = null;

  constructor(parts: Supervised) {
    const { child, stderrTail } = parts;
    this.#parts = parts;
    child.stderr.on('data', (chunk: Buffer) => {
      stderrTail.append(chunk);
      this.#count(chunk);
    });
    this.#stdout = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#count(chunk);
        done(null, chunk);
      },
    });
    child.stdout.on('error', () => this.#stdout.end());
    child.stdout.pipe(this.#stdout);
  }

  begin(exit: Promise<ExitEvent>): SandboxedProcess {
    const pid = this.#parts.child.pid as number;
    const startedMs = this.#parts.clock.monotonicMs();
    this.#parts.isolation.life.ready(pid);
    void this.#watchTime();
    void this.#watchUse(pid);
    return {
      pid,
      stdin: this.#parts.child.stdin,
      stdout: this.#stdout,
      exited: this.#finish(exit, startedMs),
      kill: () => this.#terminate('killed'),
    };
  }

  #count(chunk: Buffer): void {
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > this.#parts.command.limits.outputBytes) this.#terminate('output_limit');
  }

  #terminate(end: SandboxEnd): void {
    if (this.#over.signal.aborted) return;
    this.#end ??= end;
    const { pid } = this.#parts.child;
    if (pid !== undefined) this.#parts.isolation.life.killAll(pid);
  }

  async #watchTime(): Promise<void> {
    await this.#parts.clock.sleep(this.#parts.command.limits.wallMs, this.#over.signal);
    this.#terminate('timed_out');
  }

  async #watchUse(pid: number): Promise<void> {
    const { command, isolation, clock } = this.#parts;
    const processes = command.limits.processes + isolation.ownProcesses;
    const exceeded = await watchLimits(pid, { ...command.limits, processes }, clock, this.#over.signal);
    if (exceeded !== null) this.#terminate(exceeded);
  }

  async #finish(exit: Promise<ExitEvent>, startedMs: number): Promise<SandboxExit> {
    const { code, signal } = await exit;
    this.#over.abort();
    const durationMs = this.#parts.clock.monotonicMs() - startedMs;
    await this.#parts.isolation.life.settle(this.#parts.child.pid as number);
    void this.#endStdout();
    await this.#drainStderr();
    const decoded = decodeExit(code, signal, this.#parts.isolation.reportsSignalsAsCodes);
    return {
      end: this.#end ?? (decoded.signal === null ? 'exited' : 'signalled'),
      ...decoded,
      stderrTail: this.#parts.stderrTail.text(),
      durationMs,
    };
  }

  #drainStderr(): Promise<void> {
    return this.#untilEnded(this.#parts.child.stderr);
  }

  /** Whoever reads it would else wait for a survivor that holds it; what the reader has not taken yet is left to him. */
  async #endStdout(): Promise<void> {
    const { stdout } = this.#parts.child;
    await this.#untilEnded(stdout);
    if (stdout.readableEnded || this.#stdout.writableNeedDrain) return;
    stdout.destroy();
    this.#stdout.end();
  }

  /** Everything that could write is gone, so the pipe ends by itself; the bound covers a descriptor passed elsewhere. */
  async #untilEnded(pipe: Readable): Promise<void> {
    if (pipe.readableEnded) return;
    const giveUp = new AbortController();
    const ended = new Promise<void>((resolve) => {
      pipe.once('close', () => resolve());
    });
    await Promise.race([ended, this.#parts.clock.sleep(1000, giveUp.signal)]);
    giveUp.abort();
  }
}
