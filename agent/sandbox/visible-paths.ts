// What a sandbox shows of the file system, as one ordered list of steps: parents before children, so that what lies
// inside a covered directory is shown again, and covered again below that.
import { existsSync, realpathSync, statSync } from 'node:fs';
import type { SandboxCommand } from './sandbox.ts';

export interface PathStep {
  readonly treatment: 'hidden' | 'private' | 'writable' | 'readable';
  /** Absolute, existing, without symbolic links. */
  readonly path: string;
  readonly isDirectory: boolean;
}

/** Directories that are the sandbox's own, empty and writable. `/run` holds sockets of the system's services. */
const PRIVATE_DIRECTORIES = ['/tmp', '/var/tmp', '/dev/shm', '/run'];

/** Stable order for the same directory: covered first, then shown. */
const RANK = { private: 0, hidden: 1, readable: 2, writable: 3 } as const;

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Paths that do not exist are left out: there is nothing to hide or to show. */
export function pathSteps(command: SandboxCommand): readonly PathStep[] {
  const steps = new Map<string, PathStep>();
  const add = (treatment: PathStep['treatment'], path: string): void => {
    if (!existsSync(path)) return;
    const real = realpathSync(path);
    const step = { treatment, path: real, isDirectory: statSync(real).isDirectory() };
    steps.set(`${treatment === 'readable' || treatment === 'writable' ? 'shown' : 'covered'} ${real}`, step);
  };
  for (const path of PRIVATE_DIRECTORIES) add('private', path);
  // Name resolution of many distributions is a link into /run.
  if (command.network) add('readable', '/etc/resolv.conf');
  for (const path of command.hiddenPaths) add('hidden', path);
  for (const path of command.readablePaths ?? []) add('readable', path);
  const directory = realpathSync(command.workingDirectory);
  if (!command.writablePaths.some((path) => existsSync(path) && isWithin(directory, realpathSync(path)))) {
    add('readable', directory);
  }
  for (const path of command.writablePaths) add('writable', path);
  const all = [...steps.values()];
  return all
    .filter((step) => step.treatment !== 'readable' || isOtherwiseChanged(step, all))
    .toSorted(
      (left, right) => depth(left.path) - depth(right.path) || RANK[left.treatment] - RANK[right.treatment],
    );
}

/** The system is readable anyway: only below a covered or a writable directory is there anything to do. */
function isOtherwiseChanged(step: PathStep, all: readonly PathStep[]): boolean {
  return all.some(
    (other) => other.treatment !== 'readable' && other.path !== step.path && isWithin(step.path, other.path),
  );
}

function depth(path: string): number {
  return path.split('/').length;
}
