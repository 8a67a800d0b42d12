// What pip of a chosen Python is configured with. pip itself merges its files, the environment and its defaults (also
// the default index: no host is written here); where its parser cannot be asked, its own commands are read.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TroopError } from '../errors/troop-error.ts';
import { Credentials } from './credentials.ts';
import type { EnvironmentProxies } from './environment-proxies.ts';
import { configurationFromCommands } from './pip-config-list.ts';
import type { PipConfiguration } from './pip-settings.ts';

/** Runs one program to its end and gives back its stdout; rejects when it fails. */
export type RunProgram = (
  command: readonly [string, ...string[]],
  options: { timeoutMs: number; signal: AbortSignal },
) => Promise<string>;

const probePath = fileURLToPath(new URL('pip-probe.py', import.meta.url));
const timeoutMs = 60_000;

/** Asks pip of the interpreter `python`. @throws TROOP-1101 */
export async function readPipConfiguration(
  python: string,
  signal: AbortSignal,
  run: RunProgram = runProgram,
): Promise<PipConfiguration> {
  try {
    return parseProbe(await run([python, probePath], { timeoutMs, signal }));
  } catch (probeError) {
    signal.throwIfAborted();
    try {
      const list = await run([python, '-m', 'pip', 'config', 'list'], { timeoutMs, signal });
      const help = await run([python, '-m', 'pip', 'install', '--help'], { timeoutMs, signal });
      return configurationFromCommands(list, help);
    } catch {
      signal.throwIfAborted();
      // What the program wrote may hold a password: only the kind of failure is told.
      throw new TroopError('TROOP-1101', { python, reason: kindOfFailure(probeError) }, { cause: undefined });
    }
  }
}

/** Reads the line that pip-probe.py prints; throws a SyntaxError on anything else. */
export function parseProbe(output: string): PipConfiguration {
  const value: unknown = JSON.parse(output.trim());
  if (typeof value !== 'object' || value === null) throw new SyntaxError('not an object');
  const fields = value as Readonly<Record<string, unknown>>;
  const indexUrl = textOf(fields['index_url']);
  if (indexUrl === null && fields['no_index'] !== true) throw new SyntaxError('no index');
  const timeoutSeconds = Number(fields['timeout']);
  return {
    pipVersion: textOf(fields['pip']) ?? 'unknown',
    indexUrl: indexUrl ?? '',
    extraIndexUrls: textsOf(fields['extra_index_urls']),
    findLinks: textsOf(fields['find_links']),
    noIndex: fields['no_index'] === true,
    certificatePath: textOf(fields['cert']),
    clientCertificatePath: textOf(fields['client_cert']),
    proxy: textOf(fields['proxy']),
    environmentProxies: proxiesOf(fields['environment_proxies']),
    trustedHosts: textsOf(fields['trusted_hosts']),
    timeoutMs: timeoutSeconds > 0 ? Math.min(timeoutSeconds, 3600) * 1000 : 15_000,
    constraints: textsOf(fields['constraints']),
    netrc: netrcOf(fields['netrc']),
  };
}

const execute = promisify(execFile);

async function runProgram(
  [file, ...arguments_]: readonly [string, ...string[]],
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<string> {
  const { stdout } = await execute(file, arguments_, {
    encoding: 'utf8',
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
    signal: options.signal,
  });
  return stdout;
}

function kindOfFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such program';
  if (code === 'EACCES') return 'it may not be run';
  if (typeof code === 'number') return `it ended with status ${code}`;
  if (error instanceof SyntaxError) return 'its answer is not understood';
  return 'it did not answer in time';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Lists as pip gives them; an entry may itself be several, parted by white space. */
function textsOf(value: unknown): string[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  return items.flatMap((item) => (typeof item === 'string' ? item.split(/\s+/) : [])).filter(Boolean);
}

function proxiesOf(value: unknown): EnvironmentProxies {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const [http, https, no] = ['http', 'https', 'no'].map((key) => textOf(fields[key]));
  return {
    ...(typeof http === 'string' ? { http } : {}),
    ...(typeof https === 'string' ? { https } : {}),
    ...(typeof no === 'string' ? { no } : {}),
  };
}

function netrcOf(value: unknown): Map<string, Credentials> {
  const found = new Map<string, Credentials>();
  if (typeof value !== 'object' || value === null) return found;
  for (const [host, entry] of Object.entries(value)) {
    const [user, password] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof user === 'string' && typeof password === 'string') {
      found.set(host, new Credentials(user, password));
    }
  }
  return found;
}
