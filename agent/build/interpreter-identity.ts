// What makes an interpreter the same one: its file, its size and its time of change. A Python that was upgraded in
// place gets new environments.
import { realpath, stat } from 'node:fs/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';

export interface InterpreterIdentity {
  /** Without symbolic links. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** TROOP-1406 when there is no such file. */
export async function identifyInterpreter(path: string): Promise<InterpreterIdentity> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs } = await stat(real);
    return { path: real, size, modifiedMs: Math.round(mtimeMs) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1406', { path, reason }, { cause: error });
  }
}
