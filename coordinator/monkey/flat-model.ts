// A model laid out in typed arrays, so that propagation touches no objects. Derived from the model alone and never changed.
import { addTo, emptySet } from './space/bit-set.ts';
import type { Model } from './space/model.ts';

export interface FlatModel {
  readonly packageCount: number;
  readonly requirementCount: number;
  /** By package: number of values, base, first word of its set in `initial` (one more at the end), first row of its values. */
  readonly sizes: Int32Array;
  readonly bases: Int32Array;
  readonly offsets: Int32Array;
  readonly firstValue: Int32Array;
  readonly initial: Uint32Array;
  /** By row of a value (one more at the end): where its requirements begin in `needs`. */
  readonly needsFrom: Int32Array;
  readonly needs: Int32Array;
  /** By requirement: target, and the first word of its set in `allowed`. */
  readonly targets: Int32Array;
  readonly allowedFrom: Int32Array;
  readonly allowed: Uint32Array;
  /** By package (one more at the end): the requirements that ask for it. */
  readonly incomingFrom: Int32Array;
  readonly incoming: Int32Array;
  /**
   * Those in runs that one package alone brings, -1 for what several bring or none does: by package (one more at the end) its
   * first run, by run (one more at the end) its first place in `incoming`, by run that package.
   */
  readonly runsFrom: Int32Array;
  readonly runFrom: Int32Array;
  readonly runHolder: Int32Array;
  /** By requirement (one more at the end): the packages with values that bring it, and the sets of those values. */
  readonly holderFrom: Int32Array;
  readonly holderPackages: Int32Array;
  readonly holderSetsFrom: Int32Array;
  readonly holderSets: Uint32Array;
}

export function flattenModel(model: Model): FlatModel {
  const { packages, requirements } = model;
  const allowed = concatenate(requirements.map((requirement) => requirement.allowed));
  const incoming = packages.map((): number[] => []);
  requirements.forEach((requirement, index) => incoming[requirement.target]?.push(index));
  const initial = concatenate(packages.map((item) => item.initial));
  const rows = packages.flatMap((item) => item.needs);
  const holders = holdersOf(model);
  const holderSets = concatenate(holders.flatMap((each) => each.map((holder) => holder.values)));
  const runs = incoming.map((each) => runsOf(each, holders));
  return {
    packageCount: packages.length,
    requirementCount: requirements.length,
    sizes: Int32Array.from(packages, (item) => item.size),
    bases: Int32Array.from(packages, (item) => item.base),
    offsets: initial.from,
    firstValue: runningTotals(packages.map((item) => item.size)),
    initial: initial.words,
    needsFrom: runningTotals(rows.map((row) => row.length)),
    needs: Int32Array.from(rows.flat()),
    targets: Int32Array.from(requirements, (requirement) => requirement.target),
    allowedFrom: allowed.from,
    allowed: allowed.words,
    incomingFrom: runningTotals(incoming.map((each) => each.length)),
    incoming: Int32Array.from(incoming.flat()),
    runsFrom: runningTotals(runs.map((each) => each.length)),
    runFrom: runningTotals(runs.flatMap((each) => each.map(({ length }) => length))),
    runHolder: Int32Array.from(runs.flat(), (run) => run.holder),
    holderFrom: runningTotals(holders.map((each) => each.length)),
    holderPackages: Int32Array.from(holders.flat(), (holder) => holder.packageIndex),
    holderSetsFrom: holderSets.from,
    holderSets: holderSets.words,
  };
}

interface Holder {
  readonly packageIndex: number;
  readonly values: Uint32Array;
}

function holdersOf(model: Model): readonly (readonly Holder[])[] {
  const holders = model.requirements.map(() => new Map<number, Uint32Array>());
  model.packages.forEach((item, packageIndex) => {
    item.needs.forEach((needs, value) => {
      for (const requirement of needs) {
        const sets = holders[requirement];
        const set = sets?.get(packageIndex) ?? emptySet(item.size);
        addTo(set, value);
        sets?.set(packageIndex, set);
      }
    });
  });
  return holders.map((sets) => [...sets].map(([packageIndex, values]) => ({ packageIndex, values })));
}

interface Run {
  readonly holder: number;
  length: number;
}

function runsOf(requirements: readonly number[], holders: readonly (readonly Holder[])[]): readonly Run[] {
  const runs: Run[] = [];
  for (const requirement of requirements) {
    const [first, ...others] = holders[requirement] ?? [];
    const holder = first === undefined || others.length > 0 ? -1 : first.packageIndex;
    const last = runs.at(-1);
    if (last?.holder === holder) {
      last.length += 1;
    } else {
      runs.push({ holder, length: 1 });
    }
  }
  return runs;
}

function concatenate(sets: readonly Uint32Array[]): { from: Int32Array; words: Uint32Array } {
  const from = runningTotals(sets.map((set) => set.length));
  const words = new Uint32Array(from.at(-1) ?? 0);
  sets.forEach((set, index) => words.set(set, from[index]));
  return { from, words };
}

/** Running totals, beginning with 0 and one longer than the lengths. */
export function runningTotals(lengths: readonly number[]): Int32Array {
  const totals = new Int32Array(lengths.length + 1);
  lengths.forEach((length, index) => {
    totals[index + 1] = (totals[index] as number) + length;
  });
  return totals;
}
