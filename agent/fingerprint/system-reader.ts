// The machine that the agent runs on. Commands get a plain environment, no input, a process group of their own and a
// limit on time and output; one that cannot be killed (a driver that hangs in the kernel) is left behind, not waited for.
import { spawn } from 'node:child_process';
import { access, open, readdir, realpath } from 'node:fs/promises';
import systeminformation from 'systeminformation';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Argv, CommandOutcome, MachineReader, SystemTopic } from './machine-reader.ts';

const MAXIMUM_FILE_BYTES = 4 * 2 ** 20;
const MAXIMUM_OUTPUT_BYTES = 2 ** 20;
const MAXIMUM_FOLDER_ENTRIES = 20_000;
const SYSTEM_INFORMATION_TIMEOUT_MS = 15_000;

export interface SystemReaderOptions {
  readonly clock: Clock;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function systemReader(options: SystemReaderOptions): MachineReader {
  return {
    platform: options.platform,
    readFile: (path) => readBounded(path).catch(() => null),
    listFolder: async (path) => {
      const names = await readdir(path).catch((): string[] => []);
      return names.toSorted().slice(0, MAXIMUM_FOLDER_ENTRIES);
    },
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    realPath: (path) => realpath(path).catch(() => null),
    run: (argv, { timeoutMs }) => runBounded(argv, timeoutMs, options),
    environment: (name) => options.environment[name],
    systemInformation: (topic) => askSystemInformation(topic, options.clock),
  };
}

/** Files of /proc have no size: read until the end or the limit. */
async function readBounded(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    const chunks: Buffer[] = [];
    let total = 0;
    while (total < MAXIMUM_FILE_BYTES) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) {
        break;
      }
      chunks.push(Buffer.from(buffer.subarray(0, bytesRead)));
      total += bytesRead;
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await file.close();
  }
}

async function runBounded(
  argv: Argv,
  timeoutMs: number,
  options: SystemReaderOptions,
): Promise<CommandOutcome> {
  const [program, ...parameters] = argv;
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: '/',
    env: plainEnvironment(options.environment),
  });
  const settled = new AbortController();
  const exited = new Promise<CommandOutcome>((resolve) => {
    const output = { stdout: '', stderr: '' };
    const gather = (stream: 'stdout' | 'stderr') => (chunk: string) => {
      output[stream] = output[stream].concat(chunk).slice(0, MAXIMUM_OUTPUT_BYTES);
    };
    child.stdout.setEncoding('utf8').on('data', gather('stdout'));
    child.stderr.setEncoding('utf8').on('data', gather('stderr'));
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'ENOENT'
          ? { kind: 'absent' }
          : { kind: 'failed', reason: `cannot be started: ${error.code}` },
      );
    });
    child.on('close', (exitCode, signal) => {
      resolve(
        exitCode === null
          ? { kind: 'failed', reason: `was ended by ${signal}` }
          : { kind: 'exited', exitCode, ...output },
      );
    });
  });
  const late = options.clock.sleep(timeoutMs, settled.signal).then((): CommandOutcome => {
    return { kind: 'failed', reason: `did not answer within ${timeoutMs / 1000} s` };
  });
  const outcome = await Promise.race([exited, late]);
  settled.abort();
  killGroup(child.pid);
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return outcome;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

/** English output, and nothing of the agent's own settings. */
function plainEnvironment(environment: SystemReaderOptions['environment']): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES'].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

async function askSystemInformation(topic: SystemTopic, clock: Clock): Promise<unknown> {
  const answered = new AbortController();
  const late = clock.sleep(SYSTEM_INFORMATION_TIMEOUT_MS, answered.signal).then(() => null);
  try {
    return await Promise.race([systeminformation[topic](), late]);
  } catch {
    return null;
  } finally {
    answered.abort();
  }
}
