// The form of a campaign as people write it (YAML or JSON) and as the API takes it. The two differ in one thing: a file
// names scripts and stack files by path, the API carries their content.
import Type, { type Static } from 'typebox';
import type { Stack } from '../../shared/stack/stack.ts';
import type { AllowedHashes } from '../../shared/stack/with-hashes.ts';

const closed = { additionalProperties: false } as const;
const text = (maxLength: number): Type.TString => Type.String({ minLength: 1, maxLength });

const VariablesSchema = Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,99}$' }), Type.String());

const EnvironmentSchema = Type.Object(
  {
    // Without quotes it is a number to YAML, and 3.10 is 3.1.
    python: Type.String({ minLength: 1, maxLength: 20, examples: ["'3.11', in quotes"] }),
    platform: Type.Optional(text(60)),
    image: Type.Optional(text(400)),
    variables: Type.Optional(VariablesSchema),
    markers: Type.Optional(Type.Record(text(60), Type.String({ maxLength: 200 }))),
  },
  closed,
);

const ParametersSchema = Type.Record(
  text(100),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
);

const PaceSchema = Type.Object(
  {
    valueMs: Type.Optional(Type.Number({ minimum: 1, maximum: 10_000 })),
    values: Type.Optional(Type.Integer({ minimum: 2, maximum: 24 })),
    warmups: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 })),
    launches: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 })),
  },
  closed,
);

const LimitsSchema = Type.Object(
  {
    buildMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 6 * 3_600_000 })),
    launchMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 6 * 3_600_000 })),
    memoryBytes: Type.Optional(Type.Integer({ minimum: 64 * 1024 ** 2 })),
    outputBytes: Type.Optional(Type.Integer({ minimum: 1024, maximum: 1024 ** 3 })),
    processes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  closed,
);

const RequirementsSchema = Type.Array(text(1000), {
  minItems: 1,
  maxItems: 500,
  examples: ['["numpy>=1.24"]'],
});

/** A requirements.txt, Pipfile or pyproject.toml, with the parts of it that are asked for. */
const RequirementsFileSchema = Type.Object(
  {
    file: text(1000),
    groups: Type.Optional(Type.Array(text(100))),
    extras: Type.Optional(Type.Array(text(100))),
  },
  closed,
);

const HashesSchema = Type.Unsafe<AllowedHashes>(
  Type.Record(text(256), Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }))),
);
export const PrereleaseSchema = Type.Union([
  Type.Literal('if-necessary'),
  Type.Literal('allow'),
  Type.Literal('disallow'),
]);
const IndexModeSchema = Type.Union([Type.Literal('all'), Type.Literal('first')]);

/** A value for all projects, and others for single ones. */
const perPackage = <Mode extends Type.TSchema, Single extends Type.TSchema>(mode: Mode, single: Single) =>
  Type.Union([
    mode,
    Type.Object(
      { default: Type.Optional(mode), packages: Type.Optional(Type.Record(text(256), single)) },
      closed,
    ),
  ]);

export const AlternativesSchema = Type.Array(
  Type.Object(
    {
      project: text(256),
      by: Type.Array(
        Type.Union([
          text(256),
          Type.Object(
            { project: text(256), index: Type.Optional(text(100)), versions: Type.Optional(text(500)) },
            closed,
          ),
        ]),
        { minItems: 1, maxItems: 50 },
      ),
    },
    closed,
  ),
  { maxItems: 50 },
);

/** Each kind of rule reads its own keys; see coordinator/monkey/rules. */
export const RulesSchema = Type.Array(Type.Record(text(60), Type.Unknown()), { maxItems: 200 });

/** Which variant wheels (PEP 825) are candidates beside plain builds. */
export const VariantsSchema = Type.Union([
  Type.Literal('none'),
  Type.Literal('all'),
  Type.Array(Type.String({ pattern: '^[0-9a-z._]{1,16}$' }), { minItems: 1, maxItems: 50 }),
]);

const common = {
  name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$', examples: ['numpy-on-avx2'] }),
  constraints: Type.Optional(Type.Array(text(1000), { maxItems: 5000 })),
  indexes: Type.Optional(
    Type.Array(Type.Object({ name: text(100), url: Type.Optional(text(2000)) }, closed), {
      minItems: 1,
      maxItems: 20,
    }),
  ),
  environments: Type.Optional(Type.Array(EnvironmentSchema, { minItems: 1, maxItems: 100 })),
  lanes: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z0-9_+-]{1,48}$', examples: ['avx2'] }), {
      minItems: 1,
      maxItems: 50,
      examples: ['[any, avx2]'],
    }),
  ),
  sampling: Type.Optional(
    Type.Object(
      {
        strategy: Type.Optional(text(60)),
        parameters: Type.Optional(ParametersSchema),
        mix: Type.Optional(
          Type.Array(
            Type.Object(
              {
                strategy: text(60),
                share: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
                parameters: Type.Optional(ParametersSchema),
              },
              closed,
            ),
            { minItems: 1, maxItems: 20 },
          ),
        ),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
        seed: Type.Optional(Type.Union([Type.Integer(), text(100)])),
      },
      closed,
    ),
  ),
  trial: Type.Optional(
    Type.Object(
      {
        stacks: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })),
        blocks: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
        pace: Type.Optional(PaceSchema),
      },
      closed,
    ),
  ),
  limits: Type.Optional(LimitsSchema),
  allowSdists: Type.Optional(Type.Boolean()),
  prereleases: Type.Optional(perPackage(PrereleaseSchema, PrereleaseSchema)),
  variants: Type.Optional(VariantsSchema),
  /** What a project is that the knowledge lacks. */
  missing: Type.Optional(Type.Union([Type.Literal('error'), Type.Literal('assume')])),
  /** A single project may also name the one index that it comes from. */
  indexPolicy: Type.Optional(perPackage(IndexModeSchema, text(100))),
  alternatives: Type.Optional(AlternativesSchema),
  rules: Type.Optional(RulesSchema),
  excludeNewer: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}', examples: ['2026-01-31'] })),
  priority: Type.Optional(Type.Union([Type.Literal('high'), Type.Literal('normal')])),
  budget: Type.Optional(
    Type.Object({ machineHours: Type.Optional(Type.Number({ exclusiveMinimum: 0 })) }, closed),
  ),
  continuous: Type.Optional(
    Type.Object({ every: Type.String({ pattern: '^[1-9]\\d{0,4}[mhd]$', examples: ['24h'] }) }, closed),
  ),
};

const benchmarksOf = <Script extends Type.TSchema>(script: Script) =>
  Type.Array(
    Type.Object(
      {
        indicator: Type.Optional(text(60)),
        script: Type.Optional(script),
        parameters: Type.Optional(ParametersSchema),
      },
      closed,
    ),
    { minItems: 1, maxItems: 64 },
  );

/** `baseline` is `latest`, `none`, or the path of a lock or stack file; requirements stand here, in a file, or both. */
export const CampaignFileSchema = Type.Object(
  {
    ...common,
    requirements: Type.Optional(RequirementsSchema),
    requirementsFrom: Type.Optional(Type.Union([text(1000), RequirementsFileSchema])),
    constraintsFrom: Type.Optional(text(1000)),
    baseline: Type.Optional(text(1000)),
    /** Path of a pipeline file of Thoth. */
    pipeline: Type.Optional(text(1000)),
    benchmarks: benchmarksOf(text(1000)),
  },
  closed,
);
export type CampaignFile = Static<typeof CampaignFileSchema>;

const ScriptContentSchema = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    name: Type.String({ pattern: '^[^/\\\\]{1,200}$' }),
    /** Base64; at most 1 MiB when decoded. */
    content: Type.String({ maxLength: 1_500_000 }),
  },
  closed,
);
export type ScriptContent = Static<typeof ScriptContentSchema>;

export const CampaignRequestSchema = Type.Object(
  {
    ...common,
    requirements: RequirementsSchema,
    hashes: Type.Optional(HashesSchema),
    baseline: Type.Optional(
      Type.Union([
        Type.Literal('latest'),
        Type.Literal('none'),
        Type.Object({ stack: Type.Unsafe<Stack>(Type.Object({ stack_id: Type.String() })) }, closed),
      ]),
    ),
    benchmarks: benchmarksOf(ScriptContentSchema),
  },
  closed,
);
/** What `POST /campaigns` takes. */
export type CampaignRequest = Static<typeof CampaignRequestSchema>;
