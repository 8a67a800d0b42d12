// The probe under real interpreters: whatever Python 3.6 or newer this machine has on its PATH.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { markerEnvironment } from '../../../shared/stack/environment.ts';
import {
  environmentFromProbe,
  probeServes,
  type InterpreterProbe,
} from '../../../shared/stack/interpreter-probe.ts';

const run = promisify(execFile);
const SCRIPT = new URL('../../../shared/stack/probe-interpreter.py', import.meta.url).pathname;

async function probe(interpreter: string): Promise<InterpreterProbe> {
  const { stdout } = await run(interpreter, ['-I', SCRIPT], { timeout: 30_000 });
  return JSON.parse(stdout) as InterpreterProbe;
}

describe('probe-interpreter.py', () => {
  it('tells what the interpreter is, in one line', async () => {
    const told = await probe('python3');
    const { stdout } = await run('python3', [
      '-I',
      '-c',
      'import sys; print(sys.version.split()[0], sys.executable)',
    ]);
    const [version, executable] = stdout.trim().split(' ');
    expect(told.full_version).toBe(version?.replace(/\+$/, ''));
    expect(told.executable).toBe(executable);
    expect([told.glibc, told.musl].filter((libc) => libc !== null)).toHaveLength(
      process.platform === 'linux' ? 1 : 0,
    );
  });

  it('describes an environment that the interpreter itself serves, with the marker values that it has', async () => {
    const told = await probe('python3');
    const environment = environmentFromProbe(told);
    expect(probeServes(told, environment)).toBe(true);
    const described = markerEnvironment(environment);
    const fields = [
      'implementation_name',
      'os_name',
      'platform_machine',
      'platform_python_implementation',
      'platform_system',
      'python_version',
      'sys_platform',
    ] as const;
    for (const field of fields) {
      expect([field, described[field]]).toEqual([field, told.markers[field]]);
    }
  });
});
