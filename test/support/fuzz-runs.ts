// How often a fuzz test tries: few times by default, as many as `TROOP_FUZZ_RUNS` says when somebody has the time.

export function fuzzRuns(usual: number): number {
  const asked = Number(process.env['TROOP_FUZZ_RUNS'] ?? '0');
  return Number.isSafeInteger(asked) && asked > 0 ? asked : usual;
}
