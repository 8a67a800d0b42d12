// One launch of an indicator: started, loaded, asked for values as often as wanted, checked, ended. Every step throws a
// LaunchFailure when the process does not deliver; `finish` always gives the record of what there was.
import type { LaunchRecord, MeasuredValue } from '../../shared/measurement/block.ts';
import type { Phase } from '../../shared/inspection/outcome.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import { classifyExit, outOfMemory } from './classify-exit.ts';
import { compareAnswer, type Answer } from './compare-answer.ts';
import { indicatorCommand } from './launch-command.ts';
import { openLaunchDirectory, type LaunchDirectory } from './launch-directory.ts';
import { CANCELLED, LaunchFailure, type Verdict } from './launch-failure.ts';
import { closeDraft, draftOf, type LaunchDraft, type LaunchPlan } from './launch-plan.ts';
import type { PreparedIndicator } from './prepared-benchmark.ts';
import { readCount, readNumbers, readText, readTexts, readValue } from './read-answer.ts';
import { readRunnerError } from './runner-error.ts';
import type { LaunchTools } from './trial.ts';
import { startWorker, type JsonObject, type Worker } from './worker.ts';

const QUIT_PATIENCE_MS = 10_000;

/** The verdict on a sandbox that could not start a process: the machine's fault, another one may do it. */
export function notStarted(error: unknown): Verdict {
  const reason = error instanceof TroopError ? `${error.code} ${error.message}` : String(error);
  return { outcome: 'failed', cause: 'fleet', phase: 'run', code: 'TROOP-1501', facts: { reason } };
}

export class ResidentLaunch {
  readonly #plan: LaunchPlan<PreparedIndicator>;
  readonly #tools: LaunchTools;
  readonly #worker: Worker;
  readonly #draft: LaunchDraft;
  readonly #directory: LaunchDirectory;
  #phase: Phase = 'import';
  #hasFailed = false;
  #exit: SandboxExit | null = null;

  private constructor(
    plan: LaunchPlan<PreparedIndicator>,
    tools: LaunchTools,
    started: { readonly worker: Worker; readonly directory: LaunchDirectory },
  ) {
    this.#plan = plan;
    this.#tools = tools;
    this.#worker = started.worker;
    this.#directory = started.directory;
    this.#draft = draftOf(plan, tools);
  }

  /** @throws LaunchFailure when the sandbox cannot start it */
  static async start(plan: LaunchPlan<PreparedIndicator>, tools: LaunchTools): Promise<ResidentLaunch> {
    const directory = await openLaunchDirectory(tools.workspace);
    const command = indicatorCommand({ ...plan, tools, directory: directory.path });
    try {
      const worker = await startWorker(command, tools);
      return new ResidentLaunch(plan, tools, { worker, directory });
    } catch (error) {
      await directory.remove();
      throw new LaunchFailure(plan.arm, notStarted(error));
    }
  }

  /** Imports and prepares. */
  async load(): Promise<void> {
    const { programPath, parameters, descriptor } = this.#plan.benchmark;
    const request = { command: 'load', program: programPath, parameters, cores: this.#plan.cores };
    const answer = await this.#ask(request, this.#tools.limits.loadMs, 'importing and preparing');
    this.#phase = descriptor.phase ?? 'run';
    this.#draft.importNs = readCount(answer, 'importNs');
    this.#draft.prepareNs = readCount(answer, 'prepareNs');
    this.#draft.pythonVersion = readText(answer, 'pythonVersion');
    // Where the system did not let it pin itself, the record says so.
    if (!Array.isArray(answer['cores'])) this.#draft.cores = null;
  }

  /** The very first call, kept apart from all values. */
  async firstCall(): Promise<void> {
    this.#draft.firstCallNs = (await this.#take(1, 0)).wallNs;
  }

  async warmUp(loops: number, order: number): Promise<void> {
    this.#draft.warmups.push(await this.#take(loops, order));
  }

  async value(loops: number, order: number): Promise<void> {
    this.#draft.values.push(await this.#take(loops, order));
  }

  /** One value that is not recorded. */
  probe(loops: number): Promise<MeasuredValue> {
    return this.#take(loops, 0);
  }

  /**
   * Holds the last answer against the expected one: computed without the stack where the indicator can, else
   * `reference`, the baseline's. Returns it.
   */
  async check(reference: Answer | null): Promise<Answer> {
    const reply = await this.#ask({ command: 'check' }, this.#tools.limits.valueMs, 'checking the answer');
    const answer = readNumbers(reply['answer']);
    if (answer === null) return this.#fail(this.#noise('no answer'));
    this.#draft.answer = answer;
    const expected = readNumbers(reply['expected']) ?? reference;
    const wrong = expected && compareAnswer(answer, expected, this.#plan.benchmark.tolerance);
    if (wrong) {
      const facts = { ...wrong };
      this.#fail({ outcome: 'wrong_answer', cause: 'stack', phase: 'run', code: 'TROOP-1513', facts });
    }
    return answer;
  }

  /** Ends the process, politely unless it has failed already; never rejects. */
  async finish(): Promise<LaunchRecord> {
    if (!this.#hasFailed) {
      const reply = await this.#worker.ask({ command: 'quit' }, QUIT_PATIENCE_MS);
      if (reply.kind === 'answer') {
        this.#draft.peakMemoryBytes = readCount(reply.answer, 'peakMemoryBytes');
        this.#draft.libraries = readTexts(reply.answer['libraries']);
      }
      this.#exit ??= await this.#worker.end();
    }
    this.#exit ??= await this.#worker.kill();
    await this.#directory.remove();
    return closeDraft(this.#draft, this.#exit);
  }

  async #take(loops: number, order: number): Promise<MeasuredValue> {
    const request = { command: 'value', loops };
    const answer = await this.#ask(request, this.#tools.limits.valueMs, 'a value');
    const value = readValue(answer['value'], { loops, order });
    return value ?? this.#fail(this.#noise('a value without its numbers'));
  }

  async #ask(request: JsonObject, timeoutMs: number, what: string): Promise<JsonObject> {
    const reply = await this.#worker.ask(request, timeoutMs);
    switch (reply.kind) {
      case 'answer':
        return reply.answer['ok'] === true ? reply.answer : this.#fail(this.#raised(reply.answer));
      case 'ended':
        this.#exit = reply.exit;
        return this.#fail(classifyExit(reply.exit, this.#context()));
      case 'late': {
        const facts = { what, limitMs: timeoutMs };
        const { phase } = this.#context();
        return this.#fail({ outcome: 'timed_out', cause: 'stack', phase, code: 'TROOP-1506', facts });
      }
      case 'noise':
        return this.#fail(this.#noise(reply.reason));
      case 'cancelled':
        return this.#fail(CANCELLED);
    }
  }

  #raised(answer: JsonObject): Verdict {
    const error = readRunnerError(answer, this.#plan);
    if (error === null) return this.#noise('an answer that is neither yes nor no');
    return error === 'out-of-memory' ? outOfMemory(this.#context()) : error;
  }

  #noise(reason: string): Verdict {
    const { phase } = this.#context();
    return { outcome: 'failed', cause: 'stack', phase, code: 'TROOP-1512', facts: { reason } };
  }

  #context(): { phase: Phase; blame: 'stack'; limits: LaunchTools['limits'] } {
    return { phase: this.#phase, blame: 'stack', limits: this.#tools.limits };
  }

  #fail(verdict: Verdict): never {
    this.#hasFailed = true;
    throw new LaunchFailure(this.#plan.arm, verdict);
  }
}
