// The only window through which facts look at a machine, so that the /proc of fifty machines can be fixtures. Nothing
// here throws and nothing is unbounded: what cannot be read is null, a command that hangs is told as such.

/** What became of a command. */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

export type Argv = readonly [string, ...string[]];

/** What `systeminformation` is asked for, on systems without /proc and /sys. */
export type SystemTopic = 'cpu' | 'mem' | 'osInfo' | 'graphics';

export interface MachineReader {
  /** Node's name of the system: `linux`, `darwin`. */
  readonly platform: string;
  /** The text of a file, null when it is not there or cannot be read; at most 4 MiB of it. */
  readFile(path: string): Promise<string | null>;
  /** Names in a folder, sorted; none when it cannot be read. */
  listFolder(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** The path after all symbolic links, null when nothing is there. */
  realPath(path: string): Promise<string | null>;
  /** Runs a program of PATH, or of an absolute path, without a shell; `timeoutMs` is kept even when it cannot be killed. */
  run(argv: Argv, options: { readonly timeoutMs: number }): Promise<CommandOutcome>;
  /** An environment variable of the agent. */
  environment(name: string): string | undefined;
  /** What `systeminformation` answers; null when it cannot. */
  systemInformation(topic: SystemTopic): Promise<unknown>;
}

/** The trimmed text of a file of one value, null when there is none or it is empty. */
export async function readValue(reader: MachineReader, path: string): Promise<string | null> {
  const text = (await reader.readFile(path))?.replaceAll('\0', '').trim();
  return text === undefined || text === '' ? null : text;
}

/** A file that holds one whole number. */
export async function readNumber(reader: MachineReader, path: string): Promise<number | null> {
  const text = await readValue(reader, path);
  return text !== null && /^-?[0-9]+$/.test(text) ? Number(text) : null;
}

/** Standard output of a command that succeeded, else the reason why there is none. */
export async function readCommand(
  reader: MachineReader,
  argv: Argv,
  timeoutMs: number,
): Promise<{ readonly output: string } | { readonly reason: string }> {
  const outcome = await reader.run(argv, { timeoutMs });
  if (outcome.kind === 'absent') {
    return { reason: `there is no ${argv[0]}` };
  }
  if (outcome.kind === 'failed') {
    return { reason: `${argv[0]} ${outcome.reason}` };
  }
  if (outcome.exitCode !== 0) {
    const said = firstLine(outcome.stderr) || firstLine(outcome.stdout);
    return { reason: `${argv[0]} failed with ${outcome.exitCode}${said === '' ? '' : `: ${said}`}` };
  }
  return { output: outcome.stdout };
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200);
