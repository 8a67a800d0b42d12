// Isolation with bubblewrap, the tool behind Flatpak: one process builds the whole view, in a few milliseconds, as root
// or as an ordinary user, even where `unshare` may not mount.
import type { Clock } from '../../shared/runtime/clock.ts';
import { affinityPrefix, environmentPrefix, limitsPrefix, MEMORY_KILLER_PREFIX } from './command-prefix.ts';
import type { Sandbox, SandboxCommand } from './sandbox.ts';
import { NAMESPACE_WEAKNESSES, superviseNamespace } from './supervise-namespace.ts';
import { taskBound } from './unshare-sandbox.ts';
import { pathSteps, type PathStep } from './visible-paths.ts';

export interface BubblewrapOptions {
  readonly clock: Clock;
  /** Absolute path of `bwrap`. */
  readonly program: string;
  readonly isRoot: boolean;
  /** Whether it can bound what a private directory holds: those before 0.7 cannot. */
  readonly hasSize: boolean;
}

/** Says `ready`, closes the channel, becomes the command; parameters are never evaluated as text. */
const ANNOUNCE = 'echo ready >&3; exec 3>&-; exec "$@"';

export function bubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  const argvOf = (command: SandboxCommand) => bubblewrapArguments(command, options);
  return {
    kind: 'bubblewrap',
    weaknesses: options.hasSize ? NAMESPACE_WEAKNESSES : [...NAMESPACE_WEAKNESSES, 'private-tmp-size'],
    start: (command) => superviseNamespace('bubblewrap', command, argvOf, options.clock),
  };
}

/** Every GPU of the machine, not the first alone: CUDA numbers them as it finds their devices. */
const GPU_DEVICES: readonly string[] = [
  ...Array.from({ length: 16 }, (_none, number) => `/dev/nvidia${number}`),
  '/dev/nvidiactl',
  '/dev/nvidia-uvm',
  '/dev/nvidia-uvm-tools',
  '/dev/nvidia-caps',
  '/dev/kfd',
  '/dev/dri',
];

function bubblewrapArguments(command: SandboxCommand, options: BubblewrapOptions): readonly string[] {
  const size = options.hasSize ? ['--size', String(command.limits.memoryBytes)] : [];
  return [
    ...MEMORY_KILLER_PREFIX,
    options.program,
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    ...(options.isRoot ? [] : ['--unshare-user']),
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    ...(command.network ? [] : ['--unshare-net']),
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    ...GPU_DEVICES.flatMap((device) => ['--dev-bind-try', device, device]),
    ...pathSteps(command).flatMap((step) => stepArguments(step, size)),
    ...pathSteps(command).flatMap((step) =>
      step.treatment === 'hidden' && step.isDirectory ? ['--remount-ro', step.path] : [],
    ),
    // In memory, too, and without a bound.
    '--remount-ro',
    '/dev',
    '--chdir',
    command.workingDirectory,
    '--',
    '/bin/sh',
    '-c',
    ANNOUNCE,
    'sh',
    ...affinityPrefix(command),
    ...limitsPrefix(command, options.isRoot ? undefined : taskBound(command)),
    ...environmentPrefix(command),
    ...command.argv,
  ];
}

function stepArguments(step: PathStep, size: readonly string[]): readonly string[] {
  switch (step.treatment) {
    case 'hidden':
    case 'private':
      return step.isDirectory ? [...size, '--tmpfs', step.path] : ['--ro-bind', '/dev/null', step.path];
    case 'readable':
      return ['--ro-bind', step.path, step.path];
    case 'writable':
      return ['--bind', step.path, step.path];
  }
}
