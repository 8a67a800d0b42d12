// Counts what stacks cover of a space. Memory depends on the space alone: any number of stacks may go through.
import { tryParseVersion } from '../../../shared/stack/version.ts';
import { buildOf, type NamedPackage } from '../values-of.ts';
import type { CoverageFrame } from './coverage-frame.ts';
import { PairMatrix } from '../diagram/pair-matrix.ts';
import { at } from '../space/at.ts';
import { intersectInto } from '../space/bit-set.ts';

export interface Coverage {
  readonly stacks: number;
  /** Stacks with a package or version that the space does not have; their other packages count. */
  readonly foreignStacks: number;
  /** Whether the denominators are exact; otherwise they are upper bounds. */
  readonly exact: boolean;
  readonly versions: CoveredShare;
  /** Pairs of interchangeability classes of versions. */
  readonly pairs: CoveredShare;
  /** Versions by package, in the order of names. */
  readonly packages: readonly ({ readonly name: string } & CoveredShare)[];
}

export interface CoveredShare {
  readonly covered: number;
  readonly reachable: number;
}

interface KnownVersion {
  readonly index: string;
  readonly variant: string | null;
  readonly class: number;
  readonly isReachable: boolean;
  isCovered: boolean;
}

export class CoverageCounter {
  readonly #frame: CoverageFrame;
  readonly #packages: readonly { readonly name: string; readonly versions: readonly KnownVersion[] }[];
  /** By project and normalised version, and by project and key of the version. */
  readonly #builds = new Map<string, KnownVersion[]>();
  readonly #pairs: PairMatrix;
  #stacks = 0;
  #foreignStacks = 0;

  constructor(frame: CoverageFrame) {
    this.#frame = frame;
    this.#pairs = new PairMatrix(frame.classes);
    this.#packages = frame.packages.map(({ name, versions }) => ({
      name,
      versions: versions.map((one) => {
        const version: KnownVersion = { ...one, isCovered: false };
        for (const spelling of [one.version, keyOf(one.version)]) {
          const key = `${one.name} ${spelling}`;
          this.#builds.set(key, [...(this.#builds.get(key) ?? []), version]);
        }
        return version;
      }),
    }));
  }

  add(packages: readonly NamedPackage[]): void {
    const found = packages.flatMap((item) => this.#find(item) ?? []);
    this.#stacks += 1;
    if (found.length < packages.length) this.#foreignStacks += 1;
    found.forEach((one, position) => {
      one.isCovered = true;
      for (let other = 0; other < position; other++) {
        this.#pairs.add(one.class, (found[other] as KnownVersion).class);
      }
    });
  }

  get coverage(): Coverage {
    const packages = this.#packages.map(({ name, versions }) => {
      const all = versions.filter(({ isReachable }) => isReachable);
      return { name, covered: all.filter(({ isCovered }) => isCovered).length, reachable: all.length };
    });
    const { exact, reachableVersions, reachablePairs, pairs } = this.#frame;
    // A stack that is not of the space may have pairs that no stack of it has.
    if (pairs !== null) this.#pairs.rows.forEach((row, index) => intersectInto(row, at(pairs, index)));
    return {
      stacks: this.#stacks,
      foreignStacks: this.#foreignStacks,
      exact,
      versions: {
        covered: packages.reduce((sum, { covered }) => sum + covered, 0),
        reachable: reachableVersions,
      },
      pairs: { covered: this.#pairs.pairs, reachable: reachablePairs },
      packages,
    };
  }

  #find(item: NamedPackage): KnownVersion | undefined {
    const { name, version } = item;
    const builds = this.#builds.get(`${name} ${version}`) ?? this.#builds.get(`${name} ${keyOf(version)}`);
    return buildOf(builds ?? [], item);
  }
}

/** The same for all spellings of a version, and none of them. */
function keyOf(version: string): string {
  return `key ${tryParseVersion(version)?.key ?? version}`;
}
