// One launch of a script: one value. The launcher in between measures it; its verdict follows the contract of DESIGN.md
// section 4 (parameters as environment variables, one JSON object as the last line of stdout, numbers under `@result`).
// A pyperf file ($TROOP_PYPERF_OUTPUT) is not read yet.
import { constants } from 'node:os';
import type { Cause } from '../../shared/inspection/outcome.ts';
import type { LaunchRecord } from '../../shared/measurement/block.ts';
import { classifyExit, classifySignal } from './classify-exit.ts';
import { scriptCommand } from './launch-command.ts';
import { openLaunchDirectory } from './launch-directory.ts';
import { CANCELLED, type Verdict } from './launch-failure.ts';
import { closeDraft, draftOf, type LaunchDraft, type LaunchPlan } from './launch-plan.ts';
import type { PreparedScript } from './prepared-benchmark.ts';
import { readCount, readLine, readScriptMetrics, readText, readValue } from './read-answer.ts';
import { notStarted } from './resident-launch.ts';
import type { LaunchTools } from './trial.ts';
import { startWorker, type JsonObject, type WorkerAnswer } from './worker.ts';

export interface LaunchOutcome {
  /** Null when the sandbox could not start it. */
  readonly record: LaunchRecord | null;
  readonly verdict: Verdict | null;
}

export interface ValuePlace {
  readonly order: number;
  readonly isWarmup: boolean;
}

/** `blame`: the script's own fault until it has worked with the baseline, the stack's from then on. Never rejects. */
export async function launchScript(
  plan: LaunchPlan<PreparedScript>,
  tools: LaunchTools,
  place: ValuePlace,
  blame: Cause,
): Promise<LaunchOutcome> {
  const draft = draftOf(plan, tools);
  const directory = await openLaunchDirectory(tools.workspace);
  try {
    const worker = await startWorker(scriptCommand({ ...plan, tools, directory: directory.path }), tools);
    const reply = await worker.ask({ command: 'wait' }, tools.limits.valueMs);
    const verdict = judge(reply, { draft, tools, place, blame });
    const exit = reply.kind === 'answer' ? await worker.end() : await worker.kill();
    return { record: closeDraft(draft, exit), verdict };
  } catch (error) {
    return { record: null, verdict: notStarted(error) };
  } finally {
    await directory.remove();
  }
}

interface Judged {
  readonly draft: LaunchDraft;
  readonly tools: LaunchTools;
  readonly place: ValuePlace;
  readonly blame: Cause;
}

function judge(reply: WorkerAnswer, judged: Judged): Verdict | null {
  const { tools, blame } = judged;
  const phase = 'run';
  switch (reply.kind) {
    case 'answer':
      return judgeReport(reply.answer, judged);
    case 'ended':
      return classifyExit(reply.exit, { phase, blame, limits: tools.limits });
    case 'late': {
      const facts = { what: 'the script', limitMs: tools.limits.valueMs };
      return { outcome: 'timed_out', cause: blame, phase, code: 'TROOP-1506', facts };
    }
    case 'noise':
      return { outcome: 'failed', cause: blame, phase, code: 'TROOP-1512', facts: { reason: reply.reason } };
    case 'cancelled':
      return CANCELLED;
  }
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}

/** Reads what script_launcher.py tells, and puts the value into the draft when the script kept its contract. */
function judgeReport(report: JsonObject, { draft, place, blame }: Judged): Verdict | null {
  const phase = 'run';
  draft.peakMemoryBytes = readCount(report, 'peakMemoryBytes');
  draft.pythonVersion = readText(report, 'pythonVersion');
  const signal = readCount(report, 'signal');
  if (signal !== null) return classifySignal(signalName(signal), phase);
  const exitCode = readCount(report, 'exitCode');
  if (exitCode !== 0) {
    return { outcome: 'failed', cause: blame, phase, code: 'TROOP-1516', facts: { exitCode } };
  }
  // The launcher keeps back a line that is too long to be a result.
  const printed = readScriptMetrics(readLine(report, 'lastLine'));
  if ('problem' in printed) {
    const facts = { reason: printed.problem };
    return { outcome: 'failed', cause: 'script', phase: 'collect', code: 'TROOP-1515', facts };
  }
  const value = readValue(report, { loops: 1, order: place.order });
  if (value === null) {
    const facts = { reason: 'a report without its numbers' };
    return { outcome: 'failed', cause: blame, phase, code: 'TROOP-1512', facts };
  }
  (place.isWarmup ? draft.warmups : draft.values).push({ ...value, metrics: printed.metrics });
  return null;
}
