// The closed lists that say what became of an inspection, who caused it and where. The database, the wire and the
// metrics use these very words.

export const OUTCOMES = [
  'succeeded',
  'failed',
  'timed_out',
  'out_of_memory',
  'wrong_answer',
  'unsupported_hardware',
  'measurement_rejected',
  'cancelled',
  'lost',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whose doing it was. Failures of the fleet are retried and hidden; failures of the stack are findings. */
export const CAUSES = ['stack', 'script', 'fleet', 'user'] as const;
export type Cause = (typeof CAUSES)[number];

export const PHASES = ['resolve', 'fetch', 'build', 'import', 'run', 'measure', 'collect'] as const;
export type Phase = (typeof PHASES)[number];
