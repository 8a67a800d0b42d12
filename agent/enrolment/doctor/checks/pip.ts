// pip says which indexes there are, fetches uv, and builds where there is no uv.
import { runCommand } from '../../../../shared/runtime/run-command.ts';
import { fail, ok, skip, warn, type Check, type DoctorContext } from '../check.ts';
import { usableInterpreters } from '../usable-interpreters.ts';
import { findUvHere } from '../find-uv-here.ts';

const PIP_MS = 20_000;
const MAXIMUM_ASKED = 8;

export const pipCheck: Check = {
  id: 'pip',
  title: 'pip',
  run: async (context) => {
    const interpreters = usableInterpreters(context.fingerprint);
    if (interpreters.length === 0) return skip('there is no Python to ask');
    const reasons: string[] = [];
    for (const { path } of interpreters.slice(0, MAXIMUM_ASKED)) {
      const answer = await askPip(path, context);
      if ('version' in answer) return ok(`${answer.version} of ${path}`);
      reasons.push(`${path}: ${answer.reason}`);
    }
    const fix = 'install it for one of them: python3 -m ensurepip, or your system’s package python3-pip';
    const hasUv = (await findUvHere(context)) !== null;
    return hasUv
      ? warn(`no pip answers, so uv alone builds, without pip’s settings (${reasons.join('; ')})`, fix)
      : fail(reasons.join('; '), fix);
  },
};

async function askPip(
  python: string,
  { environment }: DoctorContext,
): Promise<{ version: string } | { reason: string }> {
  const answer = await runCommand(python, ['-m', 'pip', '--version'], { timeoutMs: PIP_MS, environment });
  const version = /^pip \S+/.exec(answer.stdout)?.[0];
  if (answer.exitCode === 0 && version !== undefined) return { version };
  const line = answer.stderr.trim().split('\n').at(-1) ?? '';
  return { reason: answer.failure ?? (line === '' ? `exit status ${answer.exitCode}` : line) };
}
