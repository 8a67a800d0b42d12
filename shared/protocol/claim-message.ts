// Agent → coordinator and back: an exclusive hold on a job, numbered by epoch; the grant carries all that is needed
// to run the trial.
import Type, { type Static } from 'typebox';
import type { BenchmarkSpec } from '../measurement/benchmark.ts';
import type { TargetEnvironment } from '../stack/environment.ts';
import type { LockedStack } from '../stack/stack.ts';
import { EpochSchema, IdSchema, LifeSchema, MAXIMUM_NUMBER, Sha256Schema } from './common.ts';
import { bodySchema } from './envelope.ts';

const ClaimRequestSchema = Type.Object({
  jobId: IdSchema,
  offerSequence: Type.Integer({ minimum: 1, maximum: MAXIMUM_NUMBER }),
  /** Digest of the hardware that the agent would measure on. */
  hardwareDigest: Type.String({ maxLength: 100 }),
  life: Type.Optional(LifeSchema),
});
export type ClaimRequest = Static<typeof ClaimRequestSchema>;
export const claimRequest = bodySchema('claim', ClaimRequestSchema);

const IndexAccessSchema = Type.Object({
  name: Type.String({ maxLength: 100 }),
  urls: Type.Array(Type.String({ maxLength: 2000 })),
  findLinks: Type.Array(Type.String({ maxLength: 2000 })),
});

const TrialLimitsSchema = Type.Object({
  buildMs: Type.Integer({ minimum: 1000 }),
  launchMs: Type.Integer({ minimum: 1000 }),
  memoryBytes: Type.Integer({ minimum: 1 }),
  outputBytes: Type.Integer({ minimum: 1 }),
  processes: Type.Integer({ minimum: 1 }),
});
export type TrialLimits = Static<typeof TrialLimitsSchema>;

/** How much is measured in one launch; a campaign's `trial.pace`, with the defaults filled in. */
const PaceSchema = Type.Object({
  /** About how long one value lasts. */
  valueMs: Type.Number({ minimum: 1, maximum: 10_000 }),
  /** Values that count in one launch; null lets calibration choose. */
  values: Type.Union([Type.Integer({ minimum: 2, maximum: 24 }), Type.Null()]),
  warmups: Type.Integer({ minimum: 1, maximum: 24 }),
  /** Launches of each arm in one block, where each value is a launch of its own. */
  launches: Type.Integer({ minimum: 1, maximum: 24 }),
});

const TrialSchema = Type.Object({
  campaignId: IdSchema,
  campaignName: Type.String({ maxLength: 200 }),
  lane: Type.String({ maxLength: 48 }),
  environment: Type.Unsafe<TargetEnvironment>(
    Type.Object({ python: Type.String(), platform: Type.String() }),
  ),
  /** Null in a single-stack job. */
  baseline: Type.Union([Type.Unsafe<LockedStack>(Type.Object({ stack_id: Type.String() })), Type.Null()]),
  candidates: Type.Array(Type.Unsafe<LockedStack>(Type.Object({ stack_id: Type.String() })), {
    maxItems: 16,
  }),
  benchmarks: Type.Array(Type.Unsafe<BenchmarkSpec>(Type.Object({})), { maxItems: 64 }),
  /** Content of the scripts that the benchmarks name, by SHA-256: fetched from the coordinator. */
  scripts: Type.Array(Type.Object({ sha256: Sha256Schema, name: Type.String({ maxLength: 200 }) })),
  blocks: Type.Integer({ minimum: 1, maximum: 200 }),
  pace: PaceSchema,
  /** Everything random about the measuring follows from it. */
  seed: Type.String({ maxLength: 200 }),
  indexes: Type.Array(IndexAccessSchema),
  allowSdists: Type.Boolean(),
  limits: TrialLimitsSchema,
});
export type Trial = Static<typeof TrialSchema>;

/** Why a claim was not granted; a closed list. */
export const CLAIM_REFUSALS = [
  'finished',
  'cancelled',
  'claimed',
  'not_yet',
  'dead',
  'mismatch',
  'draining',
  'busy',
  'unknown',
] as const;
export type ClaimRefusal = (typeof CLAIM_REFUSALS)[number];

const ClaimReplySchema = Type.Union([
  Type.Object({
    verdict: Type.Literal('granted'),
    jobId: IdSchema,
    epoch: EpochSchema,
    leaseMs: Type.Integer({ minimum: 1 }),
    trial: TrialSchema,
  }),
  Type.Object({
    verdict: Type.Literal('refused'),
    refusal: Type.Unsafe<ClaimRefusal>(Type.String()),
    /** When to try again, for `not_yet`. */
    retryInMs: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
]);
export type ClaimReply = Static<typeof ClaimReplySchema>;
export const claimReply = bodySchema('claim-reply', ClaimReplySchema);
