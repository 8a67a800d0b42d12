// The walk itself. A project is visited when a need of it says something new: listed once on every index, then chosen
// from again, since a new specifier may bring further releases and a new extra further needs.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Release } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { createChooser, type Chooser } from './choose-releases.ts';
import {
  createRequirementReader,
  openProject,
  recordNeed,
  type ProjectState,
  type RequirementReader,
} from './closure-state.ts';
import type { ListedRelease } from './list-project.ts';
import { createLister, type Lister } from './project-lister.ts';
import { createLearner, type Learner } from './release-learner.ts';
import { createTaskGroup } from './task-group.ts';
import type { WalkContext } from './walk-context.ts';

/** More tasks than connections: those that read folders and parse do not wait for those on the wire. */
const concurrentTasks = 24;
/** The largest closures have some thousands; an index that makes names up has no end. */
const defaultMaximumProjects = 50_000;

export class ClosureWalk {
  readonly #context: WalkContext;
  readonly #maximumProjects: number;
  readonly #projects = new Map<string, ProjectState>();
  readonly #tasks = createTaskGroup(concurrentTasks);
  readonly #reader: RequirementReader;
  readonly #list: Lister;
  readonly #learn: Learner;
  readonly #choose: Chooser;
  /** Names that no index lists, with why one that might could not be asked. */
  readonly #unlisted = new Map<string, TroopError | null>();

  constructor(context: WalkContext) {
    this.#context = context;
    this.#maximumProjects = context.options.maximumProjects ?? defaultMaximumProjects;
    this.#reader = createRequirementReader(context.rules.targets);
    this.#list = createLister(context);
    this.#learn = createLearner(context, this.#reader);
    this.#choose = createChooser(context.rules, context.breather);
  }

  /** Walks to the end of the closure. @throws TROOP-1115, TROOP-1102 or what else kept a root from being listed */
  async run(roots: readonly Requirement[]): Promise<void> {
    for (const root of roots) this.#need(root, 'the request');
    await this.#tasks.idle();
    refuseUnknown(roots, this.#unlisted);
  }

  /** What was taken in, in no order. */
  releases(): readonly Release[] {
    return [...this.#projects.values()].flatMap(({ taken }) =>
      [...taken.values()].filter((release) => release !== null),
    );
  }

  #need(requirement: Requirement, by: string): void {
    const { name } = requirement;
    if (requirement.url !== null) {
      const reason = `required by ${by}`;
      this.#context.problems.note({ kind: 'direct-url', project: name, subject: by, reason });
      return;
    }
    const known = this.#projects.get(name);
    const project = known ?? openProject(name);
    this.#projects.set(name, project);
    const news = recordNeed(project, requirement);
    if (news === 'nothing') return;
    if (known === undefined) {
      if (this.#projects.size > this.#maximumProjects) {
        throw new TroopError('TROOP-1118', { maximum: this.#maximumProjects, name, by });
      }
      this.#context.tally.projectKnown();
      this.#tasks.add(() => this.#visit(project));
    } else if (project.listings !== undefined) {
      this.#revisitLater(project, news === 'extras');
    }
  }

  /** However much becomes known of a project before it is its turn, it is looked at once. */
  #revisitLater(project: ProjectState, hasNewExtras: boolean): void {
    const isQueued = project.due !== 'nothing';
    if (hasNewExtras) project.due = 'extras';
    else if (!isQueued) project.due = 'specifiers';
    if (isQueued) return;
    this.#tasks.add(() => {
      const { due } = project;
      project.due = 'nothing';
      return this.#revisit(project, due === 'extras');
    });
  }

  async #visit(project: ProjectState): Promise<void> {
    this.#context.signal.throwIfAborted();
    const { listings, failure } = await this.#list(project.name);
    project.listings = listings;
    if (listings.length === 0) this.#unlisted.set(project.name, failure);
    await this.#takeChosen(project);
    this.#context.tally.projectDone(project.name);
  }

  async #revisit(project: ProjectState, hasNewExtras: boolean): Promise<void> {
    await this.#takeChosen(project);
    if (!hasNewExtras) return;
    for (const release of project.taken.values()) if (release !== null) this.#expand(project, release);
  }

  async #takeChosen(project: ProjectState): Promise<void> {
    for (const listing of project.listings ?? []) {
      const { releases, isSdistsOnly } = await this.#choose(listing, [...project.demands.values()]);
      if (releases.length === 0 && listing.releases.length > 0) {
        const about = { project: project.name, subject: listing.index };
        const reason = 'no wheel or sdist that the wanted environments and requirements admit';
        this.#context.problems.note({ kind: 'no-file-for-target', ...about, reason });
      }
      for (const listed of releases) this.#take(project, listed, isSdistsOnly);
    }
  }

  #take(project: ProjectState, listed: ListedRelease, isSdistsOnly: boolean): void {
    const key = `${listed.release.index} ${listed.release.version}`;
    if (project.taken.has(key)) return;
    project.taken.set(key, null);
    this.#context.tally.metadataKnown();
    this.#tasks.add(async () => {
      const release = await this.#learn(listed, isSdistsOnly);
      project.taken.set(key, release);
      this.#context.tally.releaseTaken();
      this.#expand(project, release);
    });
  }

  #expand(project: ProjectState, release: Release): void {
    for (const requirement of this.#reader.needs(release, project.extras)) {
      this.#need(requirement, `${release.name} ${release.version}`);
    }
  }
}

/** A root that is on no index ends the sync; that it could not be asked for comes first. */
function refuseUnknown(
  roots: readonly Requirement[],
  unlisted: ReadonlyMap<string, TroopError | null>,
): void {
  const names = [...new Set(roots.map((root) => root.name))].filter((name) => unlisted.has(name));
  for (const name of names) {
    const failure = unlisted.get(name) ?? null;
    if (failure !== null) throw failure;
  }
  if (names.length > 0) throw new TroopError('TROOP-1115', { names: names.join(', ') });
}
