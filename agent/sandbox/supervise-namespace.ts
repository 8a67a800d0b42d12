// What both ways of isolation with namespaces share: two processes of the launcher live as long as the command, it is
// announced by the inner one, and everything ends with the process namespace.
import type { Clock } from '../../shared/runtime/clock.ts';
import { assertRunnable, setupEnvironment } from './command-prefix.ts';
import { NamespaceLife } from './namespace-life.ts';
import type { Sandbox, SandboxCommand, SandboxedProcess } from './sandbox.ts';
import { supervise } from './supervise.ts';

/** Memory and processes are sampled, not capped by the kernel: a burst between two samples gets through. */
export const NAMESPACE_WEAKNESSES: Sandbox['weaknesses'] = ['memory-limit-sampled', 'process-limit-sampled'];

/** Rejects with TROOP-1490 when the isolation cannot be set up; then nothing of the command has run. */
export async function superviseNamespace(
  kind: Sandbox['kind'],
  command: SandboxCommand,
  argvOf: (command: SandboxCommand) => readonly string[],
  clock: Clock,
): Promise<SandboxedProcess> {
  assertRunnable(command);
  const isolation = {
    kind,
    argv: argvOf(command),
    environment: setupEnvironment(command),
    announcesReady: true,
    reportsSignalsAsCodes: true,
    // The launcher outside, and process 1 inside.
    ownProcesses: 2,
    life: new NamespaceLife(clock),
  };
  return supervise(isolation, command, clock);
}
