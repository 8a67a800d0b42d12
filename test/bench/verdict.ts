// What a figure of a bench should be, and whether it is: pure.

/** Bounds of a figure itself, or of its ratio to the reference of the same run. All that are given must hold. */
export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly ratioAtLeast?: number;
  readonly ratioAtMost?: number;
}

export interface Measured {
  readonly ours: number;
  /** Ours by the reference's; null where the figure stands alone. */
  readonly ratio: number | null;
}

/** A figure that could not be measured holds no goal, nor does a ratio that there is none of. */
export function holds(goal: Goal, { ours, ratio }: Measured): boolean {
  const { atLeast = -Infinity, atMost = Infinity, ratioAtLeast, ratioAtMost } = goal;
  if (!(ours >= atLeast && ours <= atMost)) return false;
  if (ratioAtLeast === undefined && ratioAtMost === undefined) return true;
  return ratio !== null && ratio >= (ratioAtLeast ?? -Infinity) && ratio <= (ratioAtMost ?? Infinity);
}

/** `≥ 50000`, `ratio ≤ 1.3`. */
export function goalText({ atLeast, atMost, ratioAtLeast, ratioAtMost }: Goal): string {
  const bounds = [
    atLeast === undefined ? '' : `≥ ${atLeast}`,
    atMost === undefined ? '' : `≤ ${atMost}`,
    ratioAtLeast === undefined ? '' : `ratio ≥ ${ratioAtLeast}`,
    ratioAtMost === undefined ? '' : `ratio ≤ ${ratioAtMost}`,
  ];
  return bounds.filter((bound) => bound !== '').join(', ');
}
