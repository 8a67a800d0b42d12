// An environment has no library of its own: its Python is a link to the one that it was made with, which may lie below a
// hidden or private directory and has to be shown there.
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** The directory of the installation (`bin` and `lib` are in it) that a Python program belongs to, links followed. */
export function interpreterHome(python: string): string {
  return dirname(dirname(realPath(python)));
}

/** One that is gone is told by the command that needs it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
