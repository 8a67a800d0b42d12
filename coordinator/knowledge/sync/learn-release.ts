// One chosen release, completed: the requirements of the file that would be installed, and of others where that was
// asked for. Wheels of one release may disagree, so what was read of a file stays with the file.
import { eligibleFiles } from '../../../shared/stack/eligible.ts';
import { isValidName, normalizeName } from '../../../shared/stack/name.ts';
import type { Release, ReleaseFile } from '../../../shared/stack/release.ts';
import type { Target } from '../../../shared/stack/target.ts';
import type { ProjectFile } from '../index/index-client.ts';
import type { LearnedMetadata } from '../metadata/metadata-text.ts';
import type { ListedRelease } from './list-project.ts';

export interface LearnedRelease {
  readonly release: Release;
  /** Nothing but a build could tell, or everything that was tried failed. */
  readonly isUnknown: boolean;
}

export interface LearningContext {
  readonly targets: readonly Target[];
  readonly metadataOf: 'one-file' | 'every-environment';
  /** Null when only a build could tell, or when it failed. */
  readonly learn: (file: ProjectFile) => Promise<LearnedMetadata | null>;
}

/** So many files are tried for one environment when the first cannot be read. */
const maximumTries = 3;

/** Reads what is needed of the files of a release. Rejects with what `learn` rejects with. */
export async function learnRelease(listed: ListedRelease, context: LearningContext): Promise<LearnedRelease> {
  const learned = new Map<ProjectFile, LearnedMetadata>();
  let first: LearnedMetadata | undefined;
  for (const target of context.targets) {
    const found = await learnFor(target, listed, learned, context);
    first ??= found;
    if (found !== undefined && context.metadataOf === 'one-file') break;
  }
  if (first === undefined) return { release: listed.release, isUnknown: true };
  const files = listed.release.files.map((file) => completeFile(file, first, learned));
  return {
    isUnknown: false,
    release: {
      ...listed.release,
      requires_python: first.requiresPython ?? listed.release.requires_python,
      requires_dist: first.requiresDist,
      provides_extra: [...new Set(first.providesExtra.filter(isValidName).map(normalizeName))],
      files,
    },
  };
}

async function learnFor(
  target: Target,
  listed: ListedRelease,
  learned: Map<ProjectFile, LearnedMetadata>,
  context: LearningContext,
): Promise<LearnedMetadata | undefined> {
  for (const file of filesToTry(target, listed)) {
    const known = learned.get(file) ?? (await context.learn(file));
    if (known === null) continue;
    learned.set(file, known);
    return known;
  }
  return undefined;
}

/** Best first; an sdist comes last, and only one of them. */
function filesToTry(target: Target, listed: ListedRelease): readonly ProjectFile[] {
  const policy = { allowSdists: true, allowYanked: true };
  const files = eligibleFiles(listed.release, target, policy);
  if (files === 'any') return [];
  const wheels = files.filter((file) => file.filename.endsWith('.whl')).slice(0, maximumTries - 1);
  const sdist = files.find((file) => !file.filename.endsWith('.whl'));
  const wanted = sdist === undefined ? wheels : [...wheels, sdist];
  return wanted.flatMap(
    (file) => listed.files.find((other) => other.url === file.url && other.filename === file.filename) ?? [],
  );
}

function completeFile(
  file: ReleaseFile,
  first: LearnedMetadata,
  learned: ReadonlyMap<ProjectFile, LearnedMetadata>,
): ReleaseFile {
  const own = [...learned].find(([source]) => source.url === file.url)?.[1];
  if (own === undefined) return file;
  const requiresPython = file.requires_python ?? own.requiresPython;
  return {
    ...file,
    ...(requiresPython === null ? {} : { requires_python: requiresPython }),
    ...(own.digest === first.digest || isSameList(own.requiresDist, first.requiresDist)
      ? {}
      : { requires_dist: own.requiresDist }),
  };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, position) => line === b[position]);
}
