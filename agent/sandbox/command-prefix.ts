// The programs of util-linux and coreutils between a set-up sandbox and its command: affinity, resource limits, no
// privileges, a clean environment. Only argument lists; nothing is evaluated.
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { SandboxCommand } from './sandbox.ts';

const DEFAULT_FILE_BYTES = 16 * 1024 ** 3;

const ENTRY = 'TROOP_ENTRY_';

/**
 * The environment that the setup programs themselves run in; the command never sees it. The command's own goes with it, under
 * names that mean nothing to them: on their command lines everybody on the machine could read it, a proxy's password too.
 */
export function setupEnvironment(command: SandboxCommand): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    ...Object.fromEntries(entriesOf(command).map((entry, number) => [`${ENTRY}${number}`, entry])),
  };
}

/** `env` takes every word with `=` for a variable, so such a program name is refused (TROOP-1491). */
export function assertRunnable(command: SandboxCommand): void {
  const [program] = command.argv;
  const reason = !isAbsolute(program) ? 'it is not an absolute path' : 'its path holds "="';
  if (!isAbsolute(program) || program.includes('=')) throw new TroopError('TROOP-1491', { program, reason });
}

/** Goes before everything that forks. */
export const MEMORY_KILLER_PREFIX = [
  '/bin/sh',
  fileURLToPath(new URL('./offer-to-memory-killer.sh', import.meta.url)),
] as const;

export function affinityPrefix(command: SandboxCommand): readonly string[] {
  if (command.cpus === undefined || command.cpus.length === 0) return [];
  return ['taskset', '--cpu-list', command.cpus.join(',')];
}

/** `tasks`: a bound on processes and threads of this user in its user namespace; root is above it. */
export function limitsPrefix(command: SandboxCommand, tasks?: number): readonly string[] {
  const fileBytes = command.limits.fileBytes ?? DEFAULT_FILE_BYTES;
  const prefix = ['prlimit', '--core=0', `--fsize=${fileBytes}`];
  return tasks === undefined ? prefix : [...prefix, `--nproc=${tasks}`];
}

/** Neither the user number 0 nor a set-user-ID program gives any privilege after this. */
export const UNPRIVILEGED_PREFIX = [
  'setpriv',
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
  '--ambient-caps=-all',
] as const;

/** Becomes its arguments in the command's own environment; only our own names are evaluated as text. */
const CLEAN = `
count=$1; shift
while [ "$count" -gt 0 ]; do count=$((count - 1)); eval "entry=\\$${ENTRY}$count"; set -- "$entry" "$@"; done
exec env -i "$@"`;

export function environmentPrefix(command: SandboxCommand): readonly string[] {
  return ['/bin/sh', '-c', CLEAN, 'sh', String(entriesOf(command).length)];
}

const entriesOf = ({ environment }: SandboxCommand): readonly string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`);
