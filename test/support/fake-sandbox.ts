// A sandbox that runs nothing: what it is told to start goes on until it is killed, or has ended already.
import { PassThrough } from 'node:stream';
import type { Sandbox, SandboxCommand, SandboxEnd, SandboxExit } from '../../agent/sandbox/sandbox.ts';

export interface FakeSandbox extends Sandbox {
  readonly started: readonly SandboxCommand[];
}

/** @param endOf how a command ends by itself; null when it goes on */
export function createFakeSandbox(endOf: (command: SandboxCommand) => SandboxEnd | null): FakeSandbox {
  const started: SandboxCommand[] = [];
  return {
    kind: 'process-group',
    weaknesses: [],
    started,
    start: (command) => {
      started.push(command);
      const stdout = new PassThrough();
      let tell: (exit: SandboxExit) => void = () => {};
      const exited = new Promise<SandboxExit>((resolve) => {
        tell = resolve;
      });
      const end = (how: SandboxEnd): void => {
        const exitCode = how === 'exited' ? 0 : null;
        tell({ end: how, exitCode, signal: null, stderrTail: '', durationMs: 0 });
        stdout.end();
      };
      const own = endOf(command);
      if (own !== null) end(own);
      return Promise.resolve({
        pid: 0,
        stdin: new PassThrough(),
        stdout,
        exited,
        kill: () => end('killed'),
      });
    },
  };
}
