// Writes down everything that the facts read of a machine, as a fixture for tests and for reports of defects. What
// names the machine or its owner is redacted before anything is written.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { collectFingerprint, type CollectOptions } from './collect-fingerprint.ts';
import { commandKey, type RecordedCommand, type Recording } from './recording.ts';
import { redactor, type Secrets } from './redact.ts';
import type { MachineReader } from './machine-reader.ts';

export interface RecordOptions extends CollectOptions {
  readonly secrets: Secrets;
  /** What machine it is, for readers of the fixture. */
  readonly description: string;
}

const RECORDED_VARIABLES = ['PATH', 'HOME', 'PYENV_ROOT', 'KUBERNETES_SERVICE_HOST', 'container'];
const MAXIMUM_VALUE_LENGTH = 200;

/** Records the machine into `folder`, which is made when needed. */
export async function recordMachine(folder: string, options: RecordOptions): Promise<void> {
  const tape = newTape();
  await collectFingerprint({ ...options, reader: tapedReader(options.reader, tape) });
  const redact = redactor(options.secrets);
  const { recording, longFiles } = makeRecording(tape, options, redact);
  await writeText(join(folder, 'machine.json'), `${JSON.stringify(recording, null, 2)}\n`);
  for (const [path, text] of longFiles) {
    await writeText(join(folder, 'files', path), text);
  }
}

interface Tape {
  readonly files: Map<string, string>;
  readonly folders: Map<string, readonly string[]>;
  readonly links: Map<string, string>;
  readonly present: Set<string>;
  readonly commands: Map<string, RecordedCommand>;
  readonly systemInformation: Map<string, unknown>;
}

const newTape = (): Tape => ({
  files: new Map(),
  folders: new Map(),
  links: new Map(),
  present: new Set(),
  commands: new Map(),
  systemInformation: new Map(),
});

/** The reader, remembering each answer that was not "nothing there". */
function tapedReader(reader: MachineReader, tape: Tape): MachineReader {
  return {
    ...reader,
    readFile: async (path) => remember(tape.files, path, await reader.readFile(path)),
    listFolder: async (path) => {
      const names = await reader.listFolder(path);
      remember(tape.folders, path, names.length === 0 ? null : names);
      return names;
    },
    exists: async (path) => {
      const isThere = await reader.exists(path);
      if (isThere) {
        tape.present.add(path);
      }
      return isThere;
    },
    realPath: async (path) => remember(tape.links, path, await reader.realPath(path)),
    run: async (argv, limits) => {
      const outcome = await reader.run(argv, limits);
      if (outcome.kind !== 'absent') {
        tape.commands.set(commandKey(argv), { command: commandKey(argv), outcome });
      }
      return outcome;
    },
    systemInformation: async (topic) =>
      remember(tape.systemInformation, topic, await reader.systemInformation(topic)),
  };
}

function remember<Value>(values: Map<string, Value>, key: string, value: Value | null): Value | null {
  if (value !== null) {
    values.set(key, value);
  }
  return value;
}

function makeRecording(
  tape: Tape,
  options: RecordOptions,
  redact: (text: string) => string,
): { recording: Recording; longFiles: readonly (readonly [string, string])[] } {
  const touched = touchedPaths(tape);
  const files = sortedEntries(tape.files).map(([path, text]) => [redact(path), redact(text)] as const);
  const isValue = ([, text]: readonly [string, string]): boolean =>
    text.length <= MAXIMUM_VALUE_LENGTH && /^[^\n]*\n?$/.test(text);
  const environment = RECORDED_VARIABLES.flatMap((name) => {
    const value = options.reader.environment(name);
    const kept = name === 'PATH' ? keptFolders(value ?? '', touched) : value;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  const folders = sortedEntries(tape.folders)
    .map(([path, names]) => [path, keptNames(path, names, touched)] as const)
    .filter(([, names]) => names.length > 0);
  const recording: Recording = {
    platform: options.reader.platform,
    description: options.description,
    environment: Object.fromEntries(environment),
    folders: Object.fromEntries(folders),
    links: Object.fromEntries(sortedEntries(tape.links)),
    present: [...tape.present].toSorted(),
    commands: sortedEntries(tape.commands).map(([, command]) => command),
    systemInformation: Object.fromEntries(sortedEntries(tape.systemInformation)),
    values: {},
  };
  const redacted = JSON.parse(redact(JSON.stringify(recording))) as Recording;
  const values = files.filter(isValue).map(([path, text]) => [path, text.replace(/\n$/, '')] as const);
  return {
    recording: { ...redacted, values: Object.fromEntries(values) },
    longFiles: files.filter((file) => !isValue(file)),
  };
}

/** Every path that was read, asked for or run; the lists of folders do not count. */
const touchedPaths = (tape: Tape): readonly string[] => [
  ...tape.files.keys(),
  ...tape.links.keys(),
  ...tape.present,
  ...[...tape.folders].flatMap(([path, names]) => (names.length > 0 ? [path] : [])),
  ...tape.commands.keys(),
];

/** What nobody looked at is nobody's business: a name is kept when something of it was read. */
function keptNames(folder: string, names: readonly string[], touched: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const path = `${folder}/${name}`;
    return touched.some((each) => each === path || each.startsWith(`${path}/`));
  });
}

/** PATH without the folders in which nothing was found. */
function keptFolders(path: string, touched: readonly string[]): string {
  const used = (folder: string): boolean =>
    touched.some((each) => each.slice(0, each.lastIndexOf('/')) === folder);
  return [...new Set(path.split(':'))].filter(used).join(':');
}

const sortedEntries = <Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] =>
  [...map].toSorted(([left], [right]) => (left < right ? -1 : 1));

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
