// Counts what stacks cover of a space. Memory depends on the space alone: any number of stacks may go through.
import { tryParseVersion } from '../../../shared/stack/version.ts';
import type { NamedPackage } from '../values-of.ts';
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
  readonly class: number;
  readonly isReachable: boolean;
  isCovered: boolean;
}

export class CoverageCounter {
  readonly #frame: CoverageFrame;
  /** By name, by normalised version and by its key. */
  readonly #versions: ReadonlyMap<string, ReadonlyMap<string, readonly KnownVersion[]>>;
  readonly #pairs: PairMatrix;
  #stacks = 0;
  #foreignStacks = 0;

  constructor(frame: CoverageFrame) {
    this.#frame = frame;
    this.#pairs = new PairMatrix(frame.classes);
    this.#versions = new Map(
      frame.packages.map(({ name, versions }) => {
        const known = new Map<string, KnownVersion[]>();
        for (const one of versions) {
          const version: KnownVersion = { ...one, isCovered: false };
          for (const key of new Set([one.version, keyOf(one.version)])) {
            known.set(key, [...(known.get(key) ?? []), version]);
          }
        }
        return [name, known];
      }),
    );
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
    const packages = [...this.#versions].map(([name, versions]) => {
      const all = [...new Set([...versions.values()].flat())].filter(({ isReachable }) => isReachable);
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

  #find({ name, version, index }: NamedPackage): KnownVersion | undefined {
    const versions = this.#versions.get(name);
    const known = versions?.get(version) ?? versions?.get(keyOf(version));
    return known?.find((one) => index === undefined || one.index === index);
  }
}

/** The same for all spellings of a version, and none of them. */
function keyOf(version: string): string {
  return `key ${tryParseVersion(version)?.key ?? version}`;
}
