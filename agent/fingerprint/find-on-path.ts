// Where PATH leads, folder by folder, as a shell would look.
import type { MachineReader } from './machine-reader.ts';

const MAXIMUM_FOLDERS = 64;

/** The absolute folders of PATH, each once, in order. */
export function pathFolders(reader: MachineReader): readonly string[] {
  const folders = (reader.environment('PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return [...new Set(folders.map((folder) => folder.replace(/(.)\/+$/, '$1')))].slice(0, MAXIMUM_FOLDERS);
}

/** The first file of that name, null when there is none. */
export async function findOnPath(reader: MachineReader, name: string): Promise<string | null> {
  for (const folder of pathFolders(reader)) {
    if (await reader.exists(`${folder}/${name}`)) {
      return `${folder}/${name}`;
    }
  }
  return null;
}
