// Fills the knowledge base from indexes: breadth first over the names that any taken release needs, from the roots on.
// What is fetched is kept at once (pages in the HTTP cache, metadata in the memory), so an aborted sync goes on where it
// was; the snapshot itself is written at the end, whole.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { byCodeUnits } from '../../../shared/stack/canonical-json.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import { openTarget } from '../../../shared/stack/target.ts';
import { parseVersion } from '../../../shared/stack/version.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { indexUrl } from '../index/index-definition.ts';
import { createBreather } from '../../../shared/runtime/breather.ts';
import { choiceRules } from './choose-releases.ts';
import { ClosureWalk } from './closure-walk.ts';
import { ProblemBook } from './problems.ts';
import { readCutoff } from './read-cutoff.ts';
import { createTally } from './tally.ts';
import type { SyncDependencies, SyncOptions, SyncSummary } from './sync-options.ts';

/**
 * Syncs the closure of the requirements and saves it as a snapshot. Rejects with the signal's reason when aborted,
 * TROOP-1114 for a requirement that cannot be synced, TROOP-1115 when no index knows a root, TROOP-1102 when that could
 * not be asked, TROOP-1820 for a cutoff that is no time.
 */
export async function syncKnowledge(
  dependencies: SyncDependencies,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<SyncSummary> {
  const startedMs = dependencies.clock.monotonicMs();
  readCutoff(options.excludeNewer);
  const targets = options.environments.map(openTarget);
  const roots = readRoots(options.requirements);
  const bounds = [...roots, ...readRoots(options.constraints ?? [])];
  const problems = new ProblemBook();
  const tally = createTally(dependencies.client.bytesReceived, dependencies.onProgress);
  const rules = choiceRules(options, targets, bounds);
  const breather = createBreather(dependencies.clock);
  const walk = new ClosureWalk({ dependencies, options, rules, problems, tally, breather, signal });
  await walk.run(roots);
  signal.throwIfAborted();
  const releases = inOrder(walk.releases());
  const indexes = options.indexes.map((index) => ({ name: index.name, url: indexUrl(index) }));
  const summary = {
    projects: new Set(releases.map((release) => release.name)).size,
    releases: releases.length,
    indexes: indexes.map((index) => ({ ...index, ...countsOf(index.name, releases) })),
    ...tally.counts(),
    notLearned: problems.groups(),
    notes: notesOf(options),
  };
  const saved = await dependencies.store.saveSnapshot({
    header: {
      format: 'troop-knowledge',
      version: 1,
      created: new Date(dependencies.clock.nowMs()).toISOString(),
      indexes,
    },
    source: 'sync',
    summary,
    releases,
  });
  await dependencies.cache.prune();
  const durationMs = Math.round(dependencies.clock.monotonicMs() - startedMs);
  return { ...summary, snapshotId: saved.id, isNew: saved.isNew, durationMs };
}

function readRoots(texts: readonly string[]): readonly Requirement[] {
  return texts.map((text) => {
    const requirement = parseRequirement(text);
    if (requirement.url === null) return requirement;
    throw new TroopError('TROOP-1114', { requirement: requirement.name, reason: 'it names a URL' });
  });
}

/** By index, name and version, oldest first: the order of a snapshot that is stable from sync to sync. */
function inOrder(releases: readonly Release[]): readonly Release[] {
  // Versions are parsed once each, and not for every comparison.
  return releases
    .map((release) => ({ release, key: parseVersion(release.version).key }))
    .toSorted(
      (a, b) =>
        byCodeUnits(a.release.index, b.release.index) ||
        byCodeUnits(a.release.name, b.release.name) ||
        byCodeUnits(a.key, b.key),
    )
    .map(({ release }) => release);
}

function countsOf(index: string, releases: readonly Release[]): { projects: number; releases: number } {
  const own = releases.filter((release) => release.index === index);
  return { projects: new Set(own.map((release) => release.name)).size, releases: own.length };
}

function notesOf(options: SyncOptions): string[] {
  const notes: string[] = [];
  if (options.metadataOf !== 'every-environment') {
    notes.push('The requirements of a release are those of its best file; its other files were not asked.');
  }
  const files = options.ignoredConstraintFiles ?? [];
  if (files.length > 0) {
    notes.push(`pip is configured with constraints that a sync does not apply: ${files.join(', ')}.`);
  }
  return notes;
}
