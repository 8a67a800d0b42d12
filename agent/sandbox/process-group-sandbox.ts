// The weakest way, for machines that allow no namespaces: a session of its own, resource limits where util-linux is
// there, and an end that finds every descendant. It hides nothing and keeps nobody from the network; its weaknesses are
// recorded with every result.
import type { Clock } from '../../shared/runtime/clock.ts';
import {
  affinityPrefix,
  assertRunnable,
  environmentPrefix,
  limitsPrefix,
  MEMORY_KILLER_PREFIX,
  setupEnvironment,
} from './command-prefix.ts';
import { DescendantTracker } from './descendant-tracker.ts';
import type { Sandbox, SandboxCommand } from './sandbox.ts';
import { supervise } from './supervise.ts';

export interface ProcessGroupOptions {
  readonly clock: Clock;
  /** A text that is different for every sandboxed process. */
  readonly nextId: () => string;
  /** Whether `prlimit`, `setpriv` and `taskset` of util-linux are on this machine. */
  readonly hasUtilLinux: boolean;
}

/** Inherited by every descendant that does not clear its environment: it finds the ones that left tree and session. */
const MARKER = 'TROOP_SANDBOX';

export function processGroupSandbox(options: ProcessGroupOptions): Sandbox {
  return {
    kind: 'process-group',
    weaknesses: [
      'network',
      'read-only-system',
      'hidden-paths',
      'private-tmp',
      'environment-marker',
      'memory-limit-sampled',
      'process-limit-sampled',
      'survivors-that-clear-their-environment',
      ...(options.hasUtilLinux ? [] : ['cpus', 'core-files', 'file-size', 'agent-death']),
    ],
    start: async (command) => {
      assertRunnable(command);
      const id = options.nextId();
      const tracker = new DescendantTracker(options.clock, `${MARKER}=${id}`);
      const marked = { ...command, environment: { ...command.environment, [MARKER]: id } };
      return supervise(
        {
          kind: 'process-group',
          argv: options.hasUtilLinux ? utilLinuxArguments(marked) : marked.argv,
          environment: options.hasUtilLinux ? setupEnvironment(marked) : marked.environment,
          announcesReady: false,
          reportsSignalsAsCodes: false,
          ownProcesses: 0,
          life: tracker,
        },
        command,
        options.clock,
      );
    },
  };
}

function utilLinuxArguments(command: SandboxCommand): readonly string[] {
  return [
    ...MEMORY_KILLER_PREFIX,
    'setpriv',
    '--pdeathsig',
    'SIGKILL',
    '--no-new-privs',
    ...affinityPrefix(command),
    ...limitsPrefix(command),
    ...environmentPrefix(command),
    ...command.argv,
  ];
}
