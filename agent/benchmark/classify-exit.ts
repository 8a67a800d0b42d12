// From how a process ended to what that says about the stack. Total over the ends of a sandbox; what somebody else did
// to the process is the fleet's, what it did itself is a finding.
import type { Cause, Phase } from '../../shared/inspection/outcome.ts';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import type { Verdict } from './launch-failure.ts';
import type { LaunchLimits } from './trial.ts';

/** Signals that a process gets from outside; the kernel's answer to a fault is none of them. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGSTOP']);

/** Statuses of a launcher that found no program, or one that it may not execute (POSIX shell, 2.8.2). */
const NOT_STARTED = new Set([126, 127]);

export interface ExitContext {
  readonly phase: Phase;
  /** Whose doing it is when the process fails by itself. */
  readonly blame: Cause;
  readonly limits: LaunchLimits;
}

/** The verdict on a signal: SIGILL is an instruction that this CPU lacks. */
export function classifySignal(signal: string, phase: Phase): Verdict {
  const facts = { signal };
  if (FROM_OUTSIDE.has(signal)) {
    return { outcome: 'failed', cause: 'fleet', phase, code: 'TROOP-1509', facts };
  }
  if (signal === 'SIGILL') {
    return { outcome: 'unsupported_hardware', cause: 'stack', phase, code: 'TROOP-1504', facts };
  }
  return { outcome: 'failed', cause: 'stack', phase, code: 'TROOP-1505', facts };
}

/** The verdict on a process that ended before it gave the answer that it owed. */
export function classifyExit(exit: SandboxExit, context: ExitContext): Verdict {
  const { phase, blame: cause, limits } = context;
  switch (exit.end) {
    case 'timed_out': {
      const facts = { what: 'the launch', limitMs: limits.launchMs };
      return { outcome: 'timed_out', cause, phase, code: 'TROOP-1506', facts };
    }
    case 'out_of_memory':
      return outOfMemory(context);
    case 'output_limit': {
      const facts = { limitBytes: limits.outputBytes };
      return { outcome: 'failed', cause, phase, code: 'TROOP-1508', facts };
    }
    case 'process_limit':
      return { outcome: 'failed', cause, phase, code: 'TROOP-1518', facts: { limit: limits.processes } };
    case 'killed':
      return classifySignal('SIGKILL', phase);
    case 'signalled':
      return classifySignal(exit.signal ?? 'SIGKILL', phase);
    case 'exited': {
      const facts = { exitCode: exit.exitCode };
      if (NOT_STARTED.has(exit.exitCode ?? 0)) {
        const reason = `its interpreter could not be executed (status ${exit.exitCode})`;
        return { outcome: 'failed', cause: 'fleet', phase, code: 'TROOP-1501', facts: { reason } };
      }
      return { outcome: 'failed', cause, phase, code: 'TROOP-1510', facts };
    }
  }
}

export function outOfMemory({ phase, blame, limits }: ExitContext): Verdict {
  const facts = { limitBytes: limits.memoryBytes };
  return { outcome: 'out_of_memory', cause: blame, phase, code: 'TROOP-1507', facts };
}
