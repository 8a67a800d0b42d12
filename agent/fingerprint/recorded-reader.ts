// A machine read from a recording instead of from the system: the same facts run on machines that nobody here owns.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineReader } from './machine-reader.ts';
import { commandKey, type Recording } from './recording.ts';

/** Opens a folder that `recordMachine` wrote, or that was made by hand in the same form. */
export async function openRecording(folder: string): Promise<MachineReader> {
  const recording = JSON.parse(await readFile(join(folder, 'machine.json'), 'utf8')) as Recording;
  return recordedReader(recording, (path) => readFile(join(folder, 'files', path), 'utf8'));
}

/** `readLong` gives the text of files that are not among the recording's one-line values, and rejects when there is none. */
export function recordedReader(
  recording: Recording,
  readLong: (path: string) => Promise<string>,
): MachineReader {
  const value = (path: string): string | null => {
    const text = recording.values[path];
    return text === undefined ? null : `${text}\n`;
  };
  const read = async (path: string): Promise<string | null> =>
    value(path) ?? (await readLong(path).catch(() => null));
  return {
    platform: recording.platform,
    readFile: read,
    listFolder: (path) => Promise.resolve(recording.folders[path] ?? []),
    exists: async (path) =>
      recording.present.includes(path) ||
      Object.hasOwn(recording.folders, path) ||
      (await read(path)) !== null,
    realPath: (path) => Promise.resolve(recording.links[path] ?? null),
    run: (argv) => {
      const command = commandKey(argv);
      const recorded = recording.commands.find((each) => each.command === command);
      return Promise.resolve(recorded?.outcome ?? { kind: 'absent' });
    },
    environment: (name) => recording.environment[name],
    systemInformation: (topic) => Promise.resolve(recording.systemInformation[topic] ?? null),
  };
}
