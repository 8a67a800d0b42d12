// The bound on one package's versions that parts fast stacks from slow ones most clearly (Welch's t).

/** By package: the values that are left, both ends included; packages that are not bounded are absent. */
export type Region = ReadonlyMap<number, { readonly from: number; readonly to: number }>;

export interface Sample {
  readonly values: Int32Array;
  /** Lower is faster. */
  readonly response: number;
}

// These numbers are part of streams: changing one changes what an old seed gives.
const LEAST_T = 2;
const LEAST_SIDE = 4;

/** A narrower region, or null when no bound is clear. Samples outside of the region are left out. */
export function clearestSplit(
  region: Region,
  packages: readonly number[],
  samples: readonly Sample[],
  sizeOf: (packageIndex: number) => number,
): Region | null {
  const inside = samples.filter(({ values }) =>
    [...region].every(([packageIndex, { from, to }]) => {
      const value = values[packageIndex] as number;
      return value === -1 || (value >= from && value <= to);
    }),
  );
  let best: { readonly t: number; readonly region: Region } | null = null;
  for (const packageIndex of packages) {
    const { from, to } = region.get(packageIndex) ?? { from: 0, to: sizeOf(packageIndex) - 1 };
    const having = inside
      .filter(({ values }) => values[packageIndex] !== -1)
      .map(({ values, response }) => ({ value: values[packageIndex] as number, response }));
    for (const bound of new Set(having.map(({ value }) => value))) {
      const newer = having.filter(({ value }) => value < bound).map(({ response }) => response);
      const older = having.filter(({ value }) => value >= bound).map(({ response }) => response);
      const t = welch(newer, older);
      if (Math.abs(t) > (best === null ? LEAST_T : best.t)) {
        const kept = t < 0 ? { from, to: bound - 1 } : { from: bound, to };
        best = { t: Math.abs(t), region: new Map([...region, [packageIndex, kept]]) };
      }
    }
  }
  return best?.region ?? null;
}

/** Below 0 where the first are lower; 0 when there are too few. */
function welch(first: readonly number[], second: readonly number[]): number {
  if (Math.min(first.length, second.length) < LEAST_SIDE) {
    return 0;
  }
  const [a, b] = [moments(first), moments(second)];
  const error = Math.sqrt(a.variance / first.length + b.variance / second.length);
  return error > 0 ? (a.mean - b.mean) / error : 0;
}

function moments(numbers: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const square = numbers.reduce((sum, number) => sum + (number - mean) * (number - mean), 0);
  return { mean, variance: square / (numbers.length - 1) };
}
