// End-to-end tests run the programs as they are installed: built once before the run, as `npm run build` does it.
import { runCommand } from '../../shared/runtime/run-command.ts';
import { repositoryRoot } from './programs.ts';

const BUILD_MS = 180_000;

export async function setup(): Promise<void> {
  const built = await runCommand('npm', ['run', '--silent', 'build'], {
    timeoutMs: BUILD_MS,
    cwd: repositoryRoot,
  });
  if (built.exitCode === 0) return;
  throw new Error(
    `the programs cannot be built (${built.failure ?? built.exitCode}):\n${built.stdout}${built.stderr}`,
  );
}
