// Isolation with util-linux `unshare`: namespaces of users (for an ordinary user), mounts, processes, IPC, host name and,
// when asked, network. unshare-setup.sh makes the file system read-only inside. The command runs without privileges.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../shared/runtime/clock.ts';
import {
  affinityPrefix,
  environmentPrefix,
  limitsPrefix,
  MEMORY_KILLER_PREFIX,
  UNPRIVILEGED_PREFIX,
} from './command-prefix.ts';
import type { Sandbox, SandboxCommand } from './sandbox.ts';
import { NAMESPACE_WEAKNESSES, superviseNamespace } from './supervise-namespace.ts';
import { pathSteps, type PathStep } from './visible-paths.ts';

export interface UnshareOptions {
  readonly clock: Clock;
  /** Root needs no user namespace. */
  readonly isRoot: boolean;
}

const SETUP_SCRIPT = fileURLToPath(new URL('./unshare-setup.sh', import.meta.url));
const PATH_OPTIONS: Record<PathStep['treatment'], string> = {
  hidden: '-h',
  private: '-t',
  writable: '-w',
  readable: '-r',
};

export function unshareSandbox(options: UnshareOptions): Sandbox {
  const { clock, isRoot } = options;
  const argvOf = (command: SandboxCommand) => [
    ...namespaceArguments(command, isRoot),
    ...setupArguments(command, isRoot),
  ];
  return {
    kind: 'unshare',
    weaknesses: NAMESPACE_WEAKNESSES,
    start: (command) => superviseNamespace('unshare', command, argvOf, clock),
  };
}

function namespaceArguments(command: SandboxCommand, isRoot: boolean): readonly string[] {
  return [
    ...MEMORY_KILLER_PREFIX,
    // When the agent is killed, the sandbox goes with it.
    'setpriv',
    '--pdeathsig',
    'SIGKILL',
    'unshare',
    ...(isRoot ? [] : ['--user', '--map-root-user']),
    '--mount',
    '--pid',
    '--ipc',
    '--uts',
    ...(command.network ? [] : ['--net']),
    '--fork',
    '--kill-child=SIGKILL',
    '--mount-proc',
  ];
}

function setupArguments(command: SandboxCommand, isRoot: boolean): readonly string[] {
  return [
    '/bin/sh',
    SETUP_SCRIPT,
    String(command.limits.memoryBytes),
    command.workingDirectory,
    ...pathSteps(command).flatMap((step) => [PATH_OPTIONS[step.treatment], step.path]),
    '--',
    ...affinityPrefix(command),
    ...limitsPrefix(command, isRoot ? undefined : taskBound(command)),
    ...UNPRIVILEGED_PREFIX,
    ...environmentPrefix(command),
    ...command.argv,
  ];
}

/**
 * RLIMIT_NPROC counts threads too, and each process may have a thread pool as wide as the machine. Since Linux 5.14 it
 * counts those of this user namespace alone.
 */
export function taskBound(command: SandboxCommand): number {
  return command.limits.processes * (availableParallelism() + 4) + 64;
}
