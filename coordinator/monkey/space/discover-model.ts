// Walks the knowledge from the roots over everything that any reachable candidate may ask for, and turns it into a model.
// A candidate counts only if a root or a reachable candidate allows it, so what nothing asks for is never loaded.
import type { Alternatives } from '../../../shared/stack/alternatives.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { parseVersion } from '../../../shared/stack/version.ts';
import { at } from './at.ts';
import { addTo, emptySet, fullSet, has, intersection, membersOf, setKey, setOf } from './bit-set.ts';
import { OPAQUE_INDEX, type Candidate } from './candidate.ts';
import { loadCandidates, sortCandidates, type CandidateRules } from './load-candidates.ts';
import type { Model, ModelPackage, ModelRequirement } from './model.ts';
import { constraintAllows, requirementAllows } from './requirement-allows.ts';

export interface DiscoveryInput {
  /** Those of the request that apply on the target. */
  readonly roots: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly lookup: ReleaseLookup;
  readonly alternatives: Alternatives;
  readonly rules: CandidateRules;
}

export interface Discovery {
  readonly model: Model;
  /** By package of the model; a virtual package has those of its base. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Number of candidates that were seen, by project. */
  readonly seen: ReadonlyMap<string, number>;
  /** Extras that some candidate cannot have because they require a URL. */
  readonly urlExtras: number;
}

/** A project with those that may stand for it. */
interface Project {
  readonly name: string;
  readonly candidates: readonly Candidate[];
  /** By name and specifier: the candidates that it allows. */
  readonly allowedBy: Map<string, Uint32Array>;
}

interface Node {
  readonly project: Project;
  readonly extra: string | null;
  readonly base: number;
  /** What roots and constraints leave. */
  readonly bound: Uint32Array;
  readonly reached: Uint32Array;
  readonly needs: (readonly number[])[];
}

const OPAQUE_VERSION = parseVersion('0+assumed');

export function discoverModel(input: DiscoveryInput): Discovery {
  return new Discoverer(input).discover();
}

class Discoverer {
  readonly #input: DiscoveryInput;
  readonly #projects = new Map<string, Project>();
  readonly #nodes: Node[] = [];
  readonly #nodeOf = new Map<string, number>();
  readonly #requirements: ModelRequirement[] = [];
  readonly #requirementOf = new Map<string, number>();
  /** Pairs of a node and a value whose requirements are still to be read. */
  readonly #pending: [number, number][] = [];
  #urlExtras = 0;

  constructor(input: DiscoveryInput) {
    this.#input = input;
  }

  discover(): Discovery {
    const roots = this.#input.roots.flatMap((root) => this.#requirementsOf(root));
    roots.forEach((root) => this.#reach(root));
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const [node, value] = next;
      this.#readNeeds(node, value);
    }
    const packages = this.#nodes.map((node): ModelPackage => ({
      name: node.project.name,
      extra: node.extra,
      base: node.base,
      size: node.project.candidates.length,
      initial: node.reached,
      needs: node.needs,
    }));
    const projects = [...this.#projects.values()];
    return {
      model: { packages, requirements: this.#requirements, roots: [...new Set(roots)] },
      candidates: this.#nodes.map((node) => node.project.candidates),
      seen: new Map(projects.map((project) => [project.name, project.candidates.length])),
      urlExtras: this.#urlExtras,
    };
  }

  /** One requirement of a text: on the project, and on the virtual package of each extra. */
  #requirementsOf(requirement: Requirement): number[] {
    const project = this.#project(requirement.name);
    const plain = this.#intern(this.#node(project, null), this.#allowed(project, requirement), false);
    const extras = requirement.extras.map((extra) =>
      this.#intern(this.#node(project, extra), fullSet(project.candidates.length), false),
    );
    return [plain, ...extras];
  }

  #intern(target: number, allowed: Uint32Array, isLink: boolean): number {
    const key = `${target} ${isLink} ${setKey(allowed)}`;
    const known = this.#requirementOf.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#requirements.push({ target, allowed, isLink });
    this.#requirementOf.set(key, this.#requirements.length - 1);
    return this.#requirements.length - 1;
  }

  /** Adds what a requirement allows to the reached values of its target. */
  #reach(requirement: number): void {
    const { target, allowed } = at(this.#requirements, requirement);
    const node = at(this.#nodes, target);
    for (const value of membersOf(intersection(allowed, node.bound))) {
      if (!has(node.reached, value)) {
        addTo(node.reached, value);
        this.#pending.push([target, value]);
      }
    }
  }

  #readNeeds(nodeIndex: number, value: number): void {
    const node = at(this.#nodes, nodeIndex);
    const candidate = at(node.project.candidates, value);
    const needs = new Set<number>();
    if (node.extra !== null) {
      needs.add(this.#intern(node.base, setOf(node.project.candidates.length, [value]), true));
    }
    for (const text of candidate.lines) {
      const { requirement, isPlain } = this.#input.rules.lines.read(text);
      const applies = node.extra === null ? isPlain : this.#input.rules.lines.appliesTo(text, node.extra);
      if (requirement !== null && applies) {
        const needed =
          requirement.url === null ? this.#requirementsOf(requirement) : [this.#impossible(node)];
        needed.forEach((index) => needs.add(index));
      }
    }
    node.needs[value] = [...needs].toSorted((a, b) => a - b);
    needs.forEach((requirement) => this.#reach(requirement));
  }

  /** A requirement that nothing meets. */
  #impossible(node: Node): number {
    this.#urlExtras += 1;
    return this.#intern(node.base, emptySet(node.project.candidates.length), false);
  }

  #allowed(project: Project, requirement: Requirement): Uint32Array {
    const clauses = requirement.specifier.clauses.map((clause) => clause.operator + clause.text).join(',');
    const key = `${requirement.name} ${clauses}`;
    const known = project.allowedBy.get(key);
    if (known !== undefined) {
      return known;
    }
    const allowed = emptySet(project.candidates.length);
    project.candidates.forEach((candidate, value) => {
      if (requirementAllows(requirement, candidate, this.#input.alternatives)) {
        addTo(allowed, value);
      }
    });
    project.allowedBy.set(key, allowed);
    return allowed;
  }

  /** The package of a required name: the project, or the group whose head or member it is. */
  #project(required: string): Project {
    const name = this.#input.alternatives.headOf(required);
    const known = this.#projects.get(name);
    if (known !== undefined) {
      return known;
    }
    const projects = this.#input.alternatives.projectsOf(name);
    const candidates = sortCandidates(
      projects.flatMap((each) => this.#candidatesOf(each)),
      projects,
      this.#input.rules.policy,
    );
    const project: Project = { name, candidates, allowedBy: new Map() };
    this.#projects.set(name, project);
    return project;
  }

  #candidatesOf(name: string): readonly Candidate[] {
    const { lookup, alternatives, roots, constraints, rules } = this.#input;
    const releases = lookup.releases(name);
    if (releases === undefined) {
      return [
        { name, version: OPAQUE_VERSION, index: OPAQUE_INDEX, variant: null, lines: [], release: null },
      ];
    }
    for (const release of lookup.refused?.(name) ?? []) rules.exclude(release, null, 'hash');
    const about = alternatives.about([...roots, ...constraints], name);
    return loadCandidates({ name, releases, roots: about, ways: alternatives.waysOf(name) }, rules);
  }

  #node(project: Project, extra: string | null): number {
    const key = extra === null ? project.name : `${project.name}[${extra}]`;
    const known = this.#nodeOf.get(key);
    if (known !== undefined) {
      return known;
    }
    const base = extra === null ? this.#nodes.length : this.#node(project, null);
    const size = project.candidates.length;
    const bound = this.#bound(project);
    const needs = Array.from({ length: size }, (): readonly number[] => []);
    this.#nodes.push({ project, extra, base, bound, reached: emptySet(size), needs });
    this.#nodeOf.set(key, this.#nodes.length - 1);
    return this.#nodes.length - 1;
  }

  /** What roots and constraints leave. */
  #bound(project: Project): Uint32Array {
    const { roots, constraints, alternatives } = this.#input;
    const isMeant = ({ name }: Requirement): boolean => alternatives.headOf(name) === project.name;
    const own = roots.filter(isMeant).map((root) => this.#allowed(project, root));
    const bounds = constraints.filter(isMeant);
    const bound = emptySet(project.candidates.length);
    project.candidates.forEach((candidate, value) => {
      const isLeft =
        own.every((allowed) => has(allowed, value)) &&
        bounds.every((constraint) => constraintAllows(constraint, candidate, alternatives));
      if (isLeft) {
        addTo(bound, value);
      }
    });
    return bound;
  }
}
