// What of a stack is kept from earlier builds. Only of a stack of wheels that are all here: building a source distribution runs its
// code, which may write to the environment, and through a link would change what others run.
import type { BuildRequest } from '../builder.ts';
import { identifyInterpreter } from '../interpreter-identity.ts';
import type { ResolvedFile } from '../requirements-lines.ts';
import type { KeptEntry } from './kept-entry.ts';
import type { KeptFor, KeptStore } from './kept-store.ts';

export interface PartOfStack {
  readonly file: ResolvedFile;
  /** Null when it can neither be linked nor kept. */
  readonly id: string | null;
  /** Null when it has to be installed. */
  readonly entry: KeptEntry | null;
}

export interface KeptParts {
  readonly empty: { readonly id: string; readonly entry: KeptEntry | null };
  /** In the order of the plan. */
  readonly files: readonly PartOfStack[];
}

/** TROOP-1406 when the interpreter is not there. */
export async function findKept(
  store: KeptStore,
  builder: KeptFor['builder'],
  request: BuildRequest,
  files: readonly ResolvedFile[],
): Promise<KeptParts> {
  const by = { builder, interpreter: await identifyInterpreter(request.interpreter) };
  const id = store.idOfEmpty(by);
  const isOfWheels = files.every((file) => file.local !== null && !file.isSdist);
  return {
    empty: { id, entry: await store.find(id) },
    files: await Promise.all(files.map((file) => partOf(store, by, file, isOfWheels))),
  };
}

/** The same stack when nothing can be linked. */
export function withoutKept({ empty, files }: KeptParts): KeptParts {
  return {
    empty: { ...empty, entry: null },
    files: files.map((part) => ({ ...part, entry: null })),
  };
}

async function partOf(
  store: KeptStore,
  by: KeptFor,
  file: ResolvedFile,
  isOfWheels: boolean,
): Promise<PartOfStack> {
  const { filename, local } = file;
  if (!isOfWheels || filename === null || local === null) return { file, id: null, entry: null };
  const id = store.idOfWheel({ sha256: local.sha256, filename }, by);
  return { file, id, entry: await store.find(id) };
}
