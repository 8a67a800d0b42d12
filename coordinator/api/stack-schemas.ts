// What is asked about state spaces over HTTP. The part that names the space is the same in every request, and the flags of
// `troop stack` are turned into it.
import Type, { type Static } from 'typebox';
import type { AllowedHashes } from '../../shared/stack/with-hashes.ts';
import {
  AlternativesSchema,
  PrereleaseSchema,
  RulesSchema,
  VariantsSchema,
} from '../campaign/campaign-schema.ts';
import type { GivenStack } from '../sampling/queries/check-stack.ts';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const texts = (maxLength: number, maxItems: number) => Type.Array(text(maxLength), { maxItems, default: [] });

const space = {
  requirements: Type.Array(text(2000), { maxItems: 500 }),
  constraints: texts(2000, 5000),
  /** SHA-256 of the files that may be locked, by project name. */
  hashes: Type.Unsafe<AllowedHashes>(
    Type.Record(Type.String(), Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })), { default: {} }),
  ),
  /** X.Y; absent: that of the coordinator's own interpreter. */
  python: Type.Optional(text(10)),
  platform: Type.Optional(text(64)),
  snapshot: Type.String({ default: 'latest', maxLength: 100 }),
  /** Names, in order of preference; none: all of the snapshot. */
  indexes: texts(100, 100),
  /** `all`: the same version of two indexes is two candidates. `first`: a project comes from the first index that has it. */
  indexPolicy: Type.Union([Type.Literal('all'), Type.Literal('first')], { default: 'all' }),
  /** By project: `all`, `first`, or the name of its one index. */
  indexPolicyOf: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), text(100))),
  /** RFC 3339. */
  excludeNewer: Type.Optional(text(40)),
  allowSdists: Type.Boolean({ default: false }),
  /** `if-named` is what `if-necessary` was called here before. */
  prereleases: Type.Union([PrereleaseSchema, Type.Literal('if-named')], { default: 'if-necessary' }),
  /** What a project that the knowledge lacks is: an error, or one release that meets every requirement. */
  missing: Type.Union([Type.Literal('error'), Type.Literal('assume')], { default: 'error' }),
  prereleasesOf: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), PrereleaseSchema)),
  /** As in a campaign. */
  variants: Type.Optional(VariantsSchema),
  alternatives: Type.Optional(AlternativesSchema),
  rules: Type.Optional(RulesSchema),
};

/** Below the patience of the CLI. */
const MAX_TIME_MS = 100_000;

const budget = {
  /** Nodes of the compiled space; absent: that of the compiler. */
  maxNodes: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000_000 })),
  timeMs: Type.Integer({ minimum: 1, maximum: MAX_TIME_MS, default: 30_000 }),
};

const closed = { additionalProperties: false };

const stack = Type.Unsafe<GivenStack>(
  Type.Object({
    packages: Type.Array(Type.Object({ name: text(200), version: text(200) }), { maxItems: 10_000 }),
  }),
);

export const SpaceSchema = Type.Object(space, closed);
export type SpaceBody = Static<typeof SpaceSchema>;

export const SampleSchema = Type.Object(
  {
    ...space,
    /** `mix`: the default mix of campaigns. */
    strategy: Type.String({ default: 'uniform', maxLength: 60 }),
    parameters: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown())),
    seed: Type.String({ default: '0', maxLength: 100 }),
    count: Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }),
    /** How many are wanted over all pages, where a strategy can plan for it; absent: `count`. */
    planned: Type.Optional(Type.Integer({ minimum: 1 })),
    /** That of the page before; null or absent: from the start. */
    cursor: Type.Optional(Type.Unknown()),
    /** Every `of`-th stack, from the `index`-th on. */
    shard: Type.Optional(
      Type.Object({ index: Type.Integer({ minimum: 1 }), of: Type.Integer({ minimum: 1 }) }, closed),
    ),
    /** Whether each package comes with its files. */
    files: Type.Boolean({ default: true }),
  },
  closed,
);
export type SampleBody = Static<typeof SampleSchema>;

export const CountSchema = Type.Object(
  { ...space, ...budget, where: texts(2000, 50), marginals: texts(200, 100) },
  closed,
);
export type CountBody = Static<typeof CountSchema>;

export const ExplainSchema = Type.Object(
  { ...space, pins: texts(2000, 100), stack: Type.Optional(stack) },
  closed,
);
export type ExplainBody = Static<typeof ExplainSchema>;

export const CheckSchema = Type.Object({ ...space, stack }, closed);
export type CheckBody = Static<typeof CheckSchema>;

export const NeighboursSchema = Type.Object(
  {
    ...space,
    ...budget,
    /** Absent: the newest stack. */
    baseline: Type.Optional(stack),
    /** Names of projects; absent: every package of the baseline. */
    packages: Type.Optional(Type.Array(text(200), { maxItems: 1000 })),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 20 }),
  },
  closed,
);
export type NeighboursBody = Static<typeof NeighboursSchema>;

export const CoverageSchema = Type.Object({ ...space, ...budget }, closed);
export type CoverageBody = Static<typeof CoverageSchema>;
