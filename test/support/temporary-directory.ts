// A directory of its own for a test, removed afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'troop-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Gives a test such a directory for as long as it runs. */
export async function withTemporaryDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await temporaryDirectory();
  try {
    await use(directory.path);
  } finally {
    await directory.remove();
  }
}
