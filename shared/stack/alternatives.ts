// Projects that may stand for one another within one campaign (Thoth's pseudonyms): `tensorflow` may be `tensorflow-cpu` or
// `intel-tensorflow`. They form a group, of which a stack holds at most one member. A requirement on the head is met by any
// member whose own version satisfies it; a requirement on another member is met by that member alone.
import { TroopError } from '../errors/troop-error.ts';
import { normalizeName } from './name.ts';
import { parseSpecifierSet, specifierAllows, type SpecifierSet } from './specifier.ts';
import type { Requirement } from './requirement.ts';
import type { Version } from './version.ts';

/** As people write it. */
export interface AlternativeDeclaration {
  readonly project: string;
  readonly by: readonly (string | AlternativeChoice)[];
}

export interface AlternativeChoice {
  readonly project: string;
  /** The one index that it comes from; by the policy when absent. */
  readonly index?: string;
  /** A PEP 440 specifier: only these versions of it. */
  readonly versions?: string;
}

/** One way to be a member. */
export interface AlternativeMember {
  readonly project: string;
  readonly index: string | null;
  readonly versions: SpecifierSet | null;
}

export interface AlternativeGroup {
  readonly head: string;
  /** The head first, in the order given; a project may be there several times, from different indexes. */
  readonly members: readonly AlternativeMember[];
}

export class Alternatives {
  readonly groups: readonly AlternativeGroup[];
  readonly #groupOf = new Map<string, AlternativeGroup>();

  /** @throws TROOP-1940 when a project would be in two groups, TROOP-1801 and TROOP-1803 for names and specifiers */
  constructor(declarations: readonly AlternativeDeclaration[] = []) {
    this.groups = declarations.map(groupOf);
    for (const group of this.groups) {
      for (const project of new Set(group.members.map((member) => member.project))) {
        if (this.#groupOf.has(project)) {
          throw new TroopError('TROOP-1940', { project, head: group.head });
        }
        this.#groupOf.set(project, group);
      }
    }
  }

  /** The name under which a project is looked for: the head of its group, or its own. */
  headOf(project: string): string {
    return this.#groupOf.get(project)?.head ?? project;
  }

  /** Projects of a group in their order, each once; the name alone when it heads none. */
  projectsOf(head: string): readonly string[] {
    const group = this.#groupOf.get(head);
    return group === undefined || group.head !== head
      ? [head]
      : [...new Set(group.members.map((member) => member.project))];
  }

  /** The ways in which a project may be chosen; one without any bound where it is in no group. */
  waysOf(project: string): readonly AlternativeMember[] {
    const members = this.#groupOf.get(project)?.members.filter((member) => member.project === project);
    return members ?? [{ project, index: null, versions: null }];
  }

  /** Whether a requirement that names `required` is about `project`: its own name, or the head that it may stand for. */
  isAbout(required: string, project: string): boolean {
    return required === project || required === this.headOf(project);
  }

  /** By head: the package of a stack that stands for it; heads themselves are left out. */
  standInsOf({
    packages,
  }: {
    readonly packages: readonly { readonly name: string }[];
  }): Record<string, string> {
    const others = packages.filter(({ name }) => this.headOf(name) !== name);
    return Object.fromEntries(others.map(({ name }) => [this.headOf(name), name]));
  }

  /** Requirements of a request that are about a project. */
  about(requirements: readonly Requirement[], project: string): readonly Requirement[] {
    return requirements.filter((requirement) => this.isAbout(requirement.name, project));
  }
}

/** Whether a release may be chosen in one of the ways; `takesIndex` says what the policy does where a way names no index. */
export function isOneOfTheWays(
  ways: readonly AlternativeMember[],
  version: Version | string,
  index: string,
  takesIndex: (index: string) => boolean,
): boolean {
  return ways.some(
    (way) =>
      (way.index === null ? takesIndex(index) : way.index === index) &&
      (way.versions === null || specifierAllows(way.versions, version)),
  );
}

function groupOf({ project, by }: AlternativeDeclaration): AlternativeGroup {
  const head = normalizeName(project);
  const others = by.map((choice): AlternativeMember => {
    const {
      project: name,
      index,
      versions,
    }: AlternativeChoice = typeof choice === 'string' ? { project: choice } : choice;
    return {
      project: normalizeName(name),
      index: index ?? null,
      versions: versions === undefined ? null : parseSpecifierSet(versions),
    };
  });
  return { head, members: [{ project: head, index: null, versions: null }, ...others] };
}
