// The naive oracle: whether a stack is what its request asks for, checked in the plainest way that can be written, without
// any part of an engine. Every stack that Troop emits passes it; what fails is told in sentences.
import { Alternatives, isOneOfTheWays, type AlternativeDeclaration } from './alternatives.ts';
import { byCodeUnits, canonicalJson } from './canonical-json.ts';
import { readDependencies, walkClosure, type Closure, type Demand, type Dependencies } from './closure.ts';
import type { TargetEnvironment } from './environment.ts';
import { dependencyLines, eligibleFiles, type EligibilityPolicy } from './eligible.ts';
import { isValidName, normalizeName } from './name.ts';
import { allowsYanked, applicableRequirements, resolutionPolicy, type ResolutionPolicy } from './policy.ts';
import type { ReleaseLookup } from './release.ts';
import type { Requirement } from './requirement.ts';
import { formatSpecifierSet, specifierAllows } from './specifier.ts';
import { checkRelease } from './satisfies-release.ts';
import { findRelease, type Stack, type StackPackage } from './stack.ts';
import { openTarget, type Target } from './target.ts';
import { tryParseVersion, type Version } from './version.ts';
import type { Violation } from './violation.ts';
import { isVariantLabel } from './wheel.ts';

/** What stacks are held to. */
export interface Request {
  /** Lines whose marker does not hold on the target ask for nothing. */
  readonly requirements: readonly Requirement[];
  /** Bounds on packages that something else asks for. */
  readonly constraints?: readonly Requirement[] | undefined;
  readonly releases: ReleaseLookup;
  readonly policy?: Partial<ResolutionPolicy> | undefined;
  /** Projects that may stand for others. */
  readonly alternatives?: readonly AlternativeDeclaration[] | undefined;
}

export interface SatisfiesInput extends Request {
  readonly stack: Stack;
}

/**
 * Everything that is wrong with a stack; empty when it is valid: every requirement met, nothing superfluous, everything
 * installable on the target under the policy.
 */
export function satisfies({ stack, ...request }: SatisfiesInput): readonly Violation[] {
  return openOracle(request)(stack);
}

/** The same for many stacks of one request: what is the case for a pin by itself is looked up once. The knowledge must not change. */
export function openOracle(request: Request): (stack: Stack) => readonly Violation[] {
  let last: TargetOracle | null = null;
  return ({ environment, packages }) => {
    const shape = checkShape(packages);
    if (shape.length > 0) {
      return shape;
    }
    if (last === null || !isSameEnvironment(last.environment, environment)) {
      last = new TargetOracle(request, environment);
    }
    return last.check(packages);
  };
}

function isSameEnvironment(a: TargetEnvironment, b: TargetEnvironment): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

/** A package of a stack by itself. */
interface Pin {
  /** Its version as the index spells it, which `===` looks at; text when it is none. */
  readonly version: Version | string;
  readonly dependencies: Dependencies;
  /** What is wrong with it, whatever else is in the stack. */
  readonly violations: readonly Violation[];
}

/** Pins that are remembered; beyond, all are forgotten. */
const MAX_PINS = 20_000;

class TargetOracle {
  readonly environment: TargetEnvironment;
  readonly #releases: ReleaseLookup;
  readonly #target: Target;
  readonly #policy: ResolutionPolicy;
  readonly #roots: readonly Requirement[];
  readonly #constraints: readonly Requirement[];
  readonly #alternatives: Alternatives;
  readonly #pins = new Map<string, Pin>();

  constructor(request: Request, environment: TargetEnvironment) {
    this.environment = environment;
    this.#releases = request.releases;
    this.#target = openTarget(environment);
    this.#policy = resolutionPolicy(request.policy);
    this.#roots = applicableRequirements(request.requirements, this.#target.markers);
    this.#constraints = applicableRequirements(request.constraints ?? [], this.#target.markers);
    this.#alternatives = new Alternatives(request.alternatives);
  }

  check(packages: readonly StackPackage[]): readonly Violation[] {
    const alternatives = this.#alternatives;
    const standIns = new Map<string, StackPackage>();
    for (const item of packages) {
      for (const name of [item.name, alternatives.headOf(item.name)]) {
        if (!standIns.has(name)) standIns.set(name, item);
      }
    }
    const closure = walkClosure({
      roots: this.#roots,
      packages,
      dependenciesOf: (item) => this.#pinOf(item).dependencies,
      standInOf: (name) => standIns.get(name)?.name ?? name,
    });
    const chosenFor = ({ name }: Requirement): Chosen | undefined => {
      const item = standIns.get(name);
      return item && { item, version: this.#pinOf(item).version };
    };
    return [
      ...packages.flatMap((item) => this.#pinOf(item).violations),
      ...packages.flatMap((item) =>
        checkAlternative(item, this.#pinOf(item).version, packages, alternatives),
      ),
      ...closure.violations,
      ...closure.demands.flatMap((demand) => checkDemand(demand, chosenFor(demand.requirement))),
      ...this.#constraints.flatMap((constraint) => checkConstraint(constraint, chosenFor(constraint))),
      ...packages.flatMap((item) => checkReached(item, closure)),
    ];
  }

  #pinOf(item: StackPackage): Pin {
    // Of these, only the name of an index may hold a line break.
    const key = `${item.name}\n${item.version}\n${item.variant ?? ''}\n${item.index}`;
    const known = this.#pins.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#pins.size === MAX_PINS) {
      this.#pins.clear();
    }
    const pin = this.#lookAt(item);
    this.#pins.set(key, pin);
    return pin;
  }

  #lookAt(item: StackPackage): Pin {
    const roots = this.#alternatives.about([...this.#roots, ...this.#constraints], item.name);
    const policy = this.#policy;
    const target = this.#target;
    const known = this.#releases.releases(item.name);
    const release = findRelease(item, known ?? []);
    const spelling = release?.version ?? item.version;
    const version = tryParseVersion(spelling) ?? spelling;
    const fileRules: EligibilityPolicy = {
      allowSdists: policy.allowSdists,
      excludeNewer: policy.excludeNewer,
      allowYanked: typeof version !== 'string' && allowsYanked(version, roots, policy),
      variant: item.variant ?? null,
    };
    const lines = release && dependencyLines(release, eligibleFiles(release, target, fileRules));
    const assumed = lines === null && policy.needsBuild === 'assume-no-dependencies' ? [] : lines;
    return {
      version,
      dependencies: readDependencies(item, assumed, target.markers),
      violations: checkRelease({ item, target, policy, known, roots, fileRules }),
    };
  }
}

/** What a stack has for a requirement. */
interface Chosen {
  readonly item: StackPackage;
  readonly version: Pin['version'];
}

/** Names and versions in their one spelling, each name once, in order. */
function checkShape(packages: readonly StackPackage[]): readonly Violation[] {
  const by = 'the form of a stack';
  return packages.flatMap((item, position) => {
    const violations: Violation[] = [];
    const before = packages[position - 1];
    const objection = spellingObjection(item);
    if (objection !== null) {
      violations.push({ kind: 'wrong-spelling', package: item.name, by, text: objection });
    }
    if (packages.findIndex((other) => other.name === item.name) < position) {
      const text = `${item.name} is in the stack twice.`;
      violations.push({ kind: 'duplicate-package', package: item.name, by, text });
    } else if (before !== undefined && byCodeUnits(before.name, item.name) > 0) {
      const text = `${item.name} stands behind ${before.name}, but packages are sorted by name.`;
      violations.push({ kind: 'unsorted-packages', package: item.name, by, text });
    }
    return violations;
  });
}

/** A group gives a stack one member at most, and a member only from where the group takes it. */
function checkAlternative(
  { name, version, index }: StackPackage,
  spelling: Pin['version'],
  packages: readonly StackPackage[],
  alternatives: Alternatives,
): readonly Violation[] {
  const by = 'the alternatives';
  const head = alternatives.headOf(name);
  const other = packages.find((each) => each.name < name && alternatives.headOf(each.name) === head);
  if (other !== undefined) {
    const text = `${name} and ${other.name} stand for one another, so a stack has one of them at most.`;
    return [{ kind: 'alternative', package: name, by, text }];
  }
  if (isOneOfTheWays(alternatives.waysOf(name), spelling, index, () => true)) {
    return [];
  }
  const text = `${name} ${version} of ${index} is not among the builds that may stand for ${head}.`;
  return [{ kind: 'alternative', package: name, by, text }];
}

function spellingObjection(item: StackPackage): string | null {
  if (!isValidName(item.name) || normalizeName(item.name) !== item.name) {
    return `"${item.name}" is not a normalised project name.`;
  }
  if (tryParseVersion(item.version)?.text !== item.version) {
    return `"${item.version}" is not a normalised version of ${item.name}.`;
  }
  if (item.variant !== undefined && !isVariantLabel(item.variant)) {
    return `"${item.variant}" is not the label of a variant of ${item.name}.`;
  }
  const extras = item.extras ?? [];
  const isSorted = extras.every((extra, position) => position === 0 || (extras[position - 1] ?? '') < extra);
  const isNormal = extras.every((extra) => isValidName(extra) && normalizeName(extra) === extra);
  return isSorted && isNormal ? null : `The extras of ${item.name} are not normalised, sorted and each once.`;
}

function checkDemand({ requirement, by }: Demand, pin: Chosen | undefined): readonly Violation[] {
  const { name, specifier, url } = requirement;
  if (url !== null) {
    const text = `${by} wants ${name} from a URL, which no index can answer.`;
    return [{ kind: 'url-requirement', package: name, by, text }];
  }
  if (pin === undefined) {
    const text = `${by} requires ${requirement.text}, but the stack has no ${name}.`;
    return [{ kind: 'missing-package', package: name, by, text }];
  }
  const violations: Violation[] = [];
  const { version, extras = [] } = pin.item;
  if (!specifierAllows(specifier, pin.version)) {
    const text = `${by} requires ${name}${formatSpecifierSet(specifier)}, but the stack has ${name} ${version}.`;
    violations.push({ kind: 'unmet-requirement', package: name, by, text });
  }
  for (const extra of requirement.extras.filter((asked) => !extras.includes(asked))) {
    const text = `${by} requires ${name}[${extra}], but the stack has ${name} without that extra.`;
    violations.push({ kind: 'missing-extra', package: name, by, text });
  }
  return violations;
}

function checkConstraint(constraint: Requirement, pin: Chosen | undefined): readonly Violation[] {
  if (pin === undefined || specifierAllows(constraint.specifier, pin.version)) {
    return [];
  }
  const { name, version } = pin.item;
  const bounds = formatSpecifierSet(constraint.specifier);
  const text = `A constraint bounds ${name} to ${bounds}, but the stack has ${name} ${version}.`;
  return [{ kind: 'unmet-constraint', package: name, by: 'a constraint', text }];
}

function checkReached(item: StackPackage, closure: Closure): readonly Violation[] {
  const asked = closure.extras.get(item.name);
  const by = 'the request';
  if (asked === undefined) {
    const text = `Nothing that the request asks for requires ${item.name}.`;
    return [{ kind: 'unreachable-package', package: item.name, by, text }];
  }
  return (item.extras ?? [])
    .filter((extra) => !asked.has(extra))
    .map((extra) => {
      const text = `Nothing that the request asks for requires ${item.name}[${extra}].`;
      return { kind: 'superfluous-extra', package: item.name, by, text };
    });
}
