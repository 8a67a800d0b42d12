// Which uv a program is.
import { runCommand } from '../../shared/runtime/run-command.ts';

/** `0.13.9`, or null when there is no such program or it is no uv. */
export async function uvVersionAt(program: string): Promise<string | null> {
  const answer = await runCommand(program, ['--version'], { timeoutMs: 10_000, environment: {} });
  return answer.exitCode === 0 ? parseUvVersion(answer.stdout) : null;
}

export function parseUvVersion(text: string): string | null {
  return /^uv (\d+\.\d+\.\d+)\b/.exec(text)?.[1] ?? null;
}
