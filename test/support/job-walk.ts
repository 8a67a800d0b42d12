// One step of a job's life, drawn from what a fleet can do to it; the model tests of the pure machine and of the SQL
// walk the same steps.
import fc from 'fast-check';

export type JobStep =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'claim'; readonly agent: number }
  | {
      readonly kind: 'renew';
      readonly agent: number;
      readonly epochsAgo: number;
      readonly quietForMs: number;
    }
  | { readonly kind: 'reap' }
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'end';
      readonly agent: number;
      readonly epochsAgo: number;
      readonly isDone: boolean;
      readonly infra: boolean;
      readonly rejection: boolean;
    };

const agent = fc.constantFrom(0, 0, 0, 1);
const epochsAgo = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 }));

export const jobStep: fc.Arbitrary<JobStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('claim' as const), agent }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('renew' as const),
      agent,
      epochsAgo,
      quietForMs: fc.constantFrom(0, 0, 60_000, 30 * 60_000),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'reap' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      agent,
      epochsAgo,
      isDone: fc.integer({ min: 0, max: 4 }).map((draw) => draw === 0),
      infra: fc.boolean(),
      rejection: fc.boolean(),
    }),
  },
);
