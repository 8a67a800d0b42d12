// The bound on one package's versions that parts stacks which are believed fast from slow ones most clearly: as a node of a
// regression tree is split, but by what is believed of stacks and not by single noisy results.

/** By package: the values that are left, both ends included; packages that are not bounded are absent. */
export type Region = ReadonlyMap<number, Bounds>;

export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** A stack, and what is believed of it: lower is faster. */
export interface Believed {
  readonly values: Int32Array;
  readonly response: number;
}

// Part of the stream: changing it changes what an old seed gives. Of the stacks of a region a narrower one has at least this part.
const LEAST_LEFT = 0.1;

/** Responses summed over some stacks. */
interface Sum {
  readonly sum: number;
  readonly count: number;
}

/**
 * A narrower region, or null when no bound makes faster.
 * @param stacks drawn from the region
 */
export function clearestBound(
  region: Region,
  packages: readonly number[],
  stacks: readonly Believed[],
): Region | null {
  const all = sumOver(stacks.map(({ response }) => response));
  let clearest = 0;
  let best: Region | null = null;
  for (const packageIndex of packages) {
    for (const { side, kept } of boundsOn(packageIndex, region.get(packageIndex), stacks, all)) {
      const clarity = clarityOf(side, all);
      if (clarity <= clearest) continue;
      clearest = clarity;
      best = new Map([...region, [packageIndex, kept]]);
    }
  }
  return best;
}

/** Every bound between two versions that stacks have, from both of its sides. A stack without the package is on both. */
function boundsOn(
  packageIndex: number,
  { from, to }: Bounds = { from: 0, to: Infinity },
  stacks: readonly Believed[],
  all: Sum,
): readonly { readonly side: Sum; readonly kept: Bounds }[] {
  const { without, byValue } = sumsByValue(packageIndex, stacks);
  let newer = without;
  return byValue.flatMap(([value, own], place) => {
    const older = minus(all, minus(newer, without));
    const sides = [
      { side: newer, kept: { from, to: value - 1 } },
      { side: older, kept: { from: value, to } },
    ];
    newer = plus(newer, own);
    return place === 0 ? [] : sides;
  });
}

/** Whether a stack has only versions of a region. */
export function isInside(region: Region, values: Int32Array): boolean {
  for (const packageIndex of region.keys()) {
    const value = values[packageIndex] as number;
    if (value !== -1 && !isWithin(region, packageIndex, value)) return false;
  }
  return true;
}

/** Whether a version is one of a region. */
export function isWithin(region: Region, packageIndex: number, value: number): boolean {
  const bounds = region.get(packageIndex);
  return bounds === undefined || (value >= bounds.from && value <= bounds.to);
}

const NOTHING: Sum = { sum: 0, count: 0 };
const plus = (a: Sum, b: Sum): Sum => ({ sum: a.sum + b.sum, count: a.count + b.count });
const minus = (a: Sum, b: Sum): Sum => ({ sum: a.sum - b.sum, count: a.count - b.count });

function sumOver(responses: readonly number[]): Sum {
  return { sum: responses.reduce((sum, each) => sum + each, 0), count: responses.length };
}

/** By value of a package, newest first. */
function sumsByValue(
  packageIndex: number,
  stacks: readonly Believed[],
): { readonly without: Sum; readonly byValue: readonly (readonly [number, Sum])[] } {
  const sums = new Map<number, Sum>();
  for (const { values, response } of stacks) {
    const value = values[packageIndex] as number;
    sums.set(value, plus(sums.get(value) ?? NOTHING, { sum: response, count: 1 }));
  }
  const without = sums.get(-1) ?? NOTHING;
  sums.delete(-1);
  return { without, byValue: [...sums].toSorted(([a], [b]) => a - b) };
}

/** The root of the variance between a side and the rest: how much faster it is, less where it is nearly all or nearly nothing. */
function clarityOf(side: Sum, all: Sum): number {
  const part = side.count / all.count;
  if (part < LEAST_LEFT || part >= 1) return 0;
  return (all.sum / all.count - side.sum / side.count) * Math.sqrt(part / (1 - part));
}
