// Completes a chosen release with what its files say, from the memory of earlier syncs or from the index.
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { failureOf } from '../http/failures.ts';
import type { ProjectFile } from '../index/index-client.ts';
import { createMetadataReader, type MetadataReader } from '../metadata/metadata-reader.ts';
import type { LearnedMetadata } from '../metadata/metadata-text.ts';
import { fileKey } from '../store/sync-memory.ts';
import type { RequirementReader } from './closure-state.ts';
import { learnRelease } from './learn-release.ts';
import { withFiles, type ListedRelease } from './list-project.ts';
import { problemKindOf } from './problems.ts';
import type { WalkContext } from './walk-context.ts';

/** Resolves to the release with its requirements, or with null where they could not be learned; that is noted. */
export type Learner = (listed: ListedRelease, isSdistsOnly: boolean) => Promise<Release>;

export function createLearner(context: WalkContext, reader: RequirementReader): Learner {
  const { dependencies, options, rules, problems, tally, signal } = context;
  const noteFailure = (project: string, file: ProjectFile, error: TroopError): void =>
    problems.note({ kind: problemKindOf(error), project, subject: file.filename, reason: error.message });
  const metadata = createMetadataReader({
    client: dependencies.client,
    cache: dependencies.cache,
    onDetour: noteFailure,
  });
  const learn = createFileLearner(context, metadata, noteFailure);

  return async (listed, isSdistsOnly) => {
    signal.throwIfAborted();
    const complete = await completeFolderFiles(listed, context);
    const { release, isUnknown } = await learnRelease(complete, {
      targets: rules.targets,
      metadataOf: options.metadataOf ?? 'one-file',
      learn: (file) => learn(listed.release.name, file),
    });
    tally.metadataDone(release.name);
    const about = { project: release.name, subject: release.version };
    if (release.files.every((file) => file.sha256 === undefined)) {
      problems.note({ kind: 'without-hash', ...about, reason: `index ${release.index} gives none` });
    }
    if (isUnknown) {
      const reason = isSdistsOnly
        ? 'it has sdists only, and they are not static'
        : 'none of its files could tell';
      problems.note({ kind: 'needs-build', ...about, reason });
      return release;
    }
    const broken = (release.requires_dist ?? []).find((line) => reader.parse(line) === null);
    if (broken === undefined) return release;
    problems.note({ kind: 'unparsable-requirement', ...about, reason: broken.slice(0, 200) });
    return { ...release, requires_dist: null };
  };
}

type FileLearner = (project: string, file: ProjectFile) => Promise<LearnedMetadata | null>;

function createFileLearner(
  { dependencies, tally, signal }: WalkContext,
  metadata: MetadataReader,
  onFailure: (project: string, file: ProjectFile, error: TroopError) => void,
): FileLearner {
  const { memory } = dependencies;
  return async (project, file) => {
    const key = fileKey(file);
    const known = (await memory.metadataOf([key])).get(key);
    if (known !== undefined) {
      tally.learned('remembered');
      return known;
    }
    const learned = await metadata.read(project, file, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return failureOf(error, file.url);
    });
    if (learned instanceof TroopError) {
      onFailure(project, file, learned);
      return null;
    }
    await memory.keepMetadata(key, learned);
    if (learned !== null) tally.learned(learned.source);
    return learned;
  };
}

/** Files in folders get the size and the hash that their index does not give. */
async function completeFolderFiles(listed: ListedRelease, context: WalkContext): Promise<ListedRelease> {
  if (!listed.files.some(isIncomplete)) return listed;
  const files: ProjectFile[] = [];
  for (const file of listed.files) files.push(isIncomplete(file) ? await completeFile(file, context) : file);
  return withFiles(listed, files);
}

function isIncomplete(file: ProjectFile): boolean {
  return file.sha256 === null && file.url.startsWith('file:');
}

async function completeFile(file: ProjectFile, context: WalkContext): Promise<ProjectFile> {
  try {
    return {
      ...file,
      ...(await context.dependencies.memory.folderFile(fileURLToPath(file.url), context.signal)),
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof TroopError && error.code.startsWith('TROOP-16')) throw error;
    return file; // It cannot be read: reading its metadata says so.
  }
}
