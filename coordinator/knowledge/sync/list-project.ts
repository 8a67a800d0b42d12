// A project as one index has it: its files sorted into releases. Which of them are wanted is decided elsewhere.
import type { Release, ReleaseFile } from '../../../shared/stack/release.ts';
import { compareVersions, type Version } from '../../../shared/stack/version.ts';
import { parseSdistFilename, parseWheelFilename } from '../../../shared/stack/wheel.ts';
import type { ProjectFile } from '../index/index-client.ts';
import type { Breather } from '../../../shared/runtime/breather.ts';
import { readCutoff } from './read-cutoff.ts';

export interface ListedRelease {
  readonly version: Version;
  /** As the index describes it; requirements are not known yet. */
  readonly release: Release;
  readonly files: readonly ProjectFile[];
}

export interface ProjectListing {
  readonly index: string;
  readonly name: string;
  /** Newest first. */
  readonly releases: readonly ListedRelease[];
  /** Names that are no wheel or sdist of this project. */
  readonly unparsable: readonly string[];
  /** Left out because the index does not say when they were uploaded. */
  readonly withoutTime: number;
}

export interface ListingOptions {
  readonly index: string;
  readonly name: string;
  /** RFC 3339, or null for no cutoff. */
  readonly excludeNewer: string | null;
}

/** Formats of the past and files beside the files; nobody installs them, so they are nobody's problem. */
const otherFormats =
  /\.(?:egg|exe|msi|rpm|deb|dmg|tar\.bz2|tar\.xz|tar\.z|tgz|asc|sig|metadata|html?|txt|json)$/i;

/** Groups files by version. */
export async function listProject(
  files: readonly ProjectFile[],
  options: ListingOptions,
  breather: Breather,
): Promise<ProjectListing> {
  const byVersion = new Map<string, VersionGroup>();
  const unparsable: string[] = [];
  const cutoffMs = readCutoff(options.excludeNewer);
  let withoutTime = 0;
  for (const file of files) {
    await breather.pause();
    const name = parseWheelFilename(file.filename) ?? parseSdistFilename(file.filename);
    if (name === null || name.name !== options.name || !isStorable(file)) {
      if (!otherFormats.test(file.filename)) unparsable.push(file.filename);
    } else if (isUploadedBy(file, cutoffMs)) {
      addFile(byVersion, name.version, file);
    } else {
      withoutTime += Number(file.uploadTime === null);
    }
  }
  const releases = [...byVersion.values()]
    .map((group) => ({ ...group, release: describe(group.version, group.files, options) }))
    .toSorted((a, b) => compareVersions(b.version, a.version));
  return { index: options.index, name: options.name, releases, unparsable, withoutTime };
}

interface VersionGroup {
  version: Version;
  readonly files: ProjectFile[];
}

/** 1.0 and 1.0.0 are one version (PEP 440); its shortest spelling stands for it, whatever the order of files. */
function addFile(groups: Map<string, VersionGroup>, version: Version, file: ProjectFile): void {
  const group = groups.get(version.key) ?? { version, files: [] };
  groups.set(version.key, group);
  group.files.push(file);
  if (version.text.length < group.version.text.length) group.version = version;
}

/** An unknown time is never early enough. */
function isUploadedBy(file: ProjectFile, cutoffMs: number): boolean {
  return cutoffMs === Infinity || Date.parse(file.uploadTime ?? '') <= cutoffMs;
}

/** Names and specifiers are printable; what is not would break whatever shows or stores it. */
function isStorable(file: ProjectFile): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(file.filename + (file.requiresPython ?? ''));
}

function describe(version: Version, files: readonly ProjectFile[], options: ListingOptions): Release {
  const pythons = new Set(files.map((file) => file.requiresPython));
  const [python = null] = pythons;
  return {
    index: options.index,
    name: options.name,
    version: version.text,
    requires_python: pythons.size === 1 ? python : null,
    requires_dist: null,
    provides_extra: [],
    // PEP 592 yanks files; a release is yanked when nothing of it is left.
    yanked: files.every((file) => file.yanked),
    files: files.map(releaseFile).toSorted(compareFiles),
  };
}

/** The same release with files that are known better now. */
export function withFiles(listed: ListedRelease, files: readonly ProjectFile[]): ListedRelease {
  const release = { ...listed.release, files: files.map(releaseFile).toSorted(compareFiles) };
  return { ...listed, files, release };
}

function releaseFile(file: ProjectFile): ReleaseFile {
  return {
    filename: file.filename,
    url: file.url,
    ...(file.sha256 === null ? {} : { sha256: file.sha256 }),
    ...(file.size === null ? {} : { size: file.size }),
    ...(file.uploadTime === null ? {} : { upload_time: file.uploadTime }),
    ...(file.requiresPython === null ? {} : { requires_python: file.requiresPython }),
    ...(file.yanked ? { yanked: true } : {}),
  };
}

function compareFiles(a: ReleaseFile, b: ReleaseFile): number {
  const [left, right] = [`${a.filename}\n${a.sha256 ?? ''}`, `${b.filename}\n${b.sha256 ?? ''}`];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
