// The repository's own source files, for tests about all of them.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const ROOMS = ['coordinator', 'agent', 'shared'] as const;

export const PURE_ROOMS = [
  'shared/stack',
  'shared/machine',
  'shared/inspection',
  'shared/measurement',
  'shared/errors',
  'coordinator/monkey',
  'coordinator/analysis',
] as const;

export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** All files below `folders` with one of these endings, by path. */
export async function sourceFiles(
  folders: readonly string[] = ROOMS,
  endings: readonly string[] = ['.ts'],
): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(repositoryRoot, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !endings.includes(extname(entry.name))) continue;
      const path = join(entry.parentPath, entry.name);
      files.push({ path: relative(repositoryRoot, path), text: await readFile(path, 'utf8') });
    }
  }
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** The text without comments and the contents of strings, so that prose is not taken for code. */
export function codeOnly(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (part) => (part.startsWith('/') ? '' : `${part[0]}${part[0]}`),
  );
}

/** What a module imports or re-exports, as written. */
export function importsOf(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\s[^'";]*?from\s+'([^']+)';|^import\s+'([^']+)';/gm);
  return [...statements].map((match) => match[1] ?? match[2] ?? '');
}
