// The programs as people call them, without a process of their own: argv in, status and output out. One call at a time,
// since a process has one standard output.
import { agentProgram } from '../../agent/cli/program.ts';
import { troopProgram } from '../../coordinator/cli/program.ts';
import { runArguments } from '../../shared/terminal/run-program.ts';
import type { Answer, Program } from './programs.ts';

const BUILDS = { troop: troopProgram, 'troop-agent': agentProgram } as const;

/** `environment` is added to the one of the test run; TROOP_… of the developer is not seen. */
export async function callInProcess(
  program: Program,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const before = { ...process.env };
  const own = Object.keys(before).filter((name) => name.startsWith('TROOP_'));
  for (const name of own) delete process.env[name];
  Object.assign(process.env, { NO_COLOR: '1', ...environment });
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  try {
    const status = await runArguments(BUILDS[program], words);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.restore();
    stderr.restore();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

function capture(stream: NodeJS.WriteStream): { text(): string; restore(): void } {
  const parts: string[] = [];
  const original = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array): boolean => {
    parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    return true;
  };
  return {
    text: () => parts.join(''),
    restore: () => {
      stream.write = original;
    },
  };
}
