// A resident worker: a process in the sandbox that answers requests, one line of JSON each way. What it says is not
// trusted: the channel hands out objects, and tells apart an answer, an end, a delay and noise.
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Sandbox, SandboxCommand, SandboxedProcess, SandboxExit } from '../sandbox/sandbox.ts';
import { LineReader, type LineResult } from './line-reader.ts';

/** Longer than any honest answer: 64 numbers and a library list. */
const MAXIMUM_LINE_BYTES = 1024 * 1024;
/** How long a process that has closed its stdout may take to end. */
const END_PATIENCE_MS = 5000;

export type JsonObject = Readonly<Record<string, unknown>>;

export type WorkerAnswer =
  | { readonly kind: 'answer'; readonly answer: JsonObject }
  | { readonly kind: 'ended'; readonly exit: SandboxExit }
  | { readonly kind: 'late' }
  | { readonly kind: 'noise'; readonly reason: string }
  | { readonly kind: 'cancelled' };

export interface Worker {
  /** Sends one request and waits for its answer; never rejects. After anything but an answer the worker is of no use. */
  ask(request: JsonObject, timeoutMs: number): Promise<WorkerAnswer>;
  /** Closes its input and waits for its end; kills it when that takes longer than five seconds. */
  end(): Promise<SandboxExit>;
  kill(): Promise<SandboxExit>;
}

export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

/** Rejects when the sandbox cannot start it. */
export async function startWorker(
  command: SandboxCommand,
  tools: { readonly sandbox: Sandbox; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Worker> {
  const started = await tools.sandbox.start(command);
  return new SandboxedWorker(started, tools.clock, tools.signal);
}

class SandboxedWorker implements Worker {
  readonly #process: SandboxedProcess;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #lines: LineReader;

  constructor(started: SandboxedProcess, clock: Clock, signal: AbortSignal) {
    this.#process = started;
    this.#clock = clock;
    this.#signal = signal;
    this.#lines = new LineReader(started.stdout, MAXIMUM_LINE_BYTES);
    // A worker that is gone is told by the end of its output, not by EPIPE here.
    started.stdin.on('error', () => {});
  }

  async ask(request: JsonObject, timeoutMs: number): Promise<WorkerAnswer> {
    if (this.#signal.aborted) return { kind: 'cancelled' };
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const answered = new AbortController();
    const deadline = AbortSignal.any([answered.signal, this.#signal]);
    const line = await Promise.race([
      this.#lines.next(),
      this.#clock.sleep(timeoutMs, deadline).then(() => 'late' as const),
    ]);
    answered.abort();
    if (line === 'late') return { kind: this.#signal.aborted ? 'cancelled' : 'late' };
    return this.#interpret(line);
  }

  async #interpret(result: LineResult): Promise<WorkerAnswer> {
    if ('tooLong' in result) {
      return { kind: 'noise', reason: `a line longer than ${MAXIMUM_LINE_BYTES} bytes` };
    }
    if ('ended' in result) {
      const exit = await this.#awaitEnd();
      return this.#signal.aborted ? { kind: 'cancelled' } : { kind: 'ended', exit };
    }
    const answer = parseObject(result.line);
    if (answer !== null) return { kind: 'answer', answer };
    return { kind: 'noise', reason: `the line ${JSON.stringify(result.line.slice(0, 80))}` };
  }

  end(): Promise<SandboxExit> {
    this.#process.stdin.end();
    return this.#awaitEnd();
  }

  kill(): Promise<SandboxExit> {
    this.#process.kill();
    return this.#process.exited;
  }

  async #awaitEnd(): Promise<SandboxExit> {
    const ended = new AbortController();
    const exit = await Promise.race([
      this.#process.exited,
      this.#clock.sleep(END_PATIENCE_MS, AbortSignal.any([ended.signal, this.#signal])).then(() => null),
    ]);
    ended.abort();
    return exit ?? this.kill();
  }
}
