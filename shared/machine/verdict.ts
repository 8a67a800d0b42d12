// The answer to "does this machine have it?": a plain no is of no use to the person whose machine gets no work.

export type Verdict = { readonly eligible: true } | { readonly eligible: false; readonly reasons: string[] };

export const ELIGIBLE: Verdict = { eligible: true };

export const refuse = (...reasons: string[]): Verdict => ({ eligible: false, reasons });

/** Eligible when all are; otherwise every reason, each once. */
export function everyOne(verdicts: readonly Verdict[]): Verdict {
  const reasons = verdicts.flatMap((verdict) => (verdict.eligible ? [] : verdict.reasons));
  return reasons.length === 0 ? ELIGIBLE : refuse(...new Set(reasons));
}
