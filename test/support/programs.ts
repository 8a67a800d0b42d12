// The built programs as people call them: argv in, status and output out. Nothing of the developer's own settings of
// Troop reaches them.
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../shared/runtime/run-command.ts';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

const PROGRAMS = {
  troop: fileURLToPath(new URL('../../dist/coordinator/cli/troop.js', import.meta.url)),
  'troop-agent': fileURLToPath(new URL('../../dist/agent/cli/troop-agent.js', import.meta.url)),
} as const;
export type Program = keyof typeof PROGRAMS;

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** First the interpreter, then the program and its arguments. */
export const argvOf = (program: Program, argv: readonly string[]): readonly string[] => [
  process.execPath,
  PROGRAMS[program],
  ...argv,
];

/** The environment of the test run without TROOP_…, with `more`. */
export const environmentOf = (more: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const own = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith('TROOP_') || name.startsWith('VITEST') ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...more };
};

/** Runs a program to its end. */
export async function callProgram(
  program: Program,
  argv: readonly string[],
  options: { environment?: Readonly<Record<string, string>>; timeoutMs?: number; cwd?: string } = {},
): Promise<Answer> {
  const [file = '', ...rest] = argvOf(program, argv);
  const { exitCode, stdout, stderr, failure } = await runCommand(file, rest, {
    timeoutMs: options.timeoutMs ?? 60_000,
    environment: environmentOf(options.environment),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const note = failure === null ? '' : `\n(ended by ${failure})`;
  return { status: exitCode, stdout, stderr: stderr + note };
}
