// What pip calls find-links: one flat folder of files, or one page of links, with the files of every project side by
// side. It is read once; which project a file belongs to follows from its name.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSdistFilename, parseWheelFilename } from '../../../shared/stack/wheel.ts';
import { readBounded } from './folder-index.ts';
import { parseHtmlPage } from './html-page.ts';
import { httpPage, type HttpIndexDependencies } from './http-index.ts';
import type { IndexClient, ProjectFile, ProjectPage } from './index-client.ts';

/** A folder (all its files count, none is hashed yet), an HTML file, or an HTTP(S) page. */
export function linksIndex(url: string, dependencies: HttpIndexDependencies): IndexClient {
  let reading: Promise<ReadonlyMap<string, ProjectFile[]>> | undefined;
  const read = async (signal: AbortSignal): Promise<ReadonlyMap<string, ProjectFile[]>> => {
    const page = url.startsWith('file:')
      ? await readLocal(url, signal)
      : await httpPage(url, dependencies, signal);
    return byProject(page?.files ?? []);
  };
  return {
    location: url,
    project: async (name, signal) => {
      reading ??= read(signal);
      try {
        const files = (await reading).get(name);
        // Entries that belong to no project are nobody's: they are not counted for each one.
        return files === undefined ? null : { files, unreadable: 0 };
      } catch (error) {
        reading = undefined;
        throw error;
      }
    },
  };
}

function byProject(files: readonly ProjectFile[]): ReadonlyMap<string, ProjectFile[]> {
  const projects = new Map<string, ProjectFile[]>();
  for (const file of files) {
    const name = (parseWheelFilename(file.filename) ?? parseSdistFilename(file.filename))?.name;
    if (name === undefined) continue;
    const known = projects.get(name);
    if (known === undefined) projects.set(name, [file]);
    else known.push(file);
  }
  return projects;
}

async function readLocal(url: string, signal: AbortSignal): Promise<ProjectPage | null> {
  signal.throwIfAborted();
  const path = fileURLToPath(url);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return readFolder(path);
  const text = await readBounded(path);
  return text === null ? null : parseHtmlPage(text, url);
}

async function readFolder(folder: string): Promise<ProjectPage> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const files = names.map((filename) => ({
    filename,
    url: pathToFileURL(join(folder, filename)).href,
    sha256: null,
    size: null,
    uploadTime: null,
    requiresPython: null,
    yanked: false,
    metadata: null,
  }));
  return { files, unreadable: 0 };
}
