// Stacks over HTTP: draw some from the coordinator's knowledge, check one.
import Type, { type Static } from 'typebox';
import type { SnapshotIndex } from '../../shared/stack/release.ts';
import type { AllowedHashes } from '../../shared/stack/with-hashes.ts';
import type { LockedStack, Stack } from '../../shared/stack/stack.ts';
import type { Violation } from '../../shared/stack/violation.ts';
import { bodyOf } from './input.ts';
import type { Routes } from './server.ts';

const SpaceSchema = {
  requirements: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { minItems: 1, maxItems: 500 }),
  /** X.Y; absent: that of the coordinator's own interpreter. */
  python: Type.Optional(Type.String({ maxLength: 10 })),
  platform: Type.Optional(Type.String({ maxLength: 64 })),
  constraints: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { maxItems: 5000, default: [] }),
  /** SHA-256 of the files that may be locked, by project name. */
  hashes: Type.Unsafe<AllowedHashes>(
    Type.Record(Type.String(), Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })), { default: {} }),
  ),
  prereleases: Type.Optional(
    Type.Union([Type.Literal('if-necessary'), Type.Literal('allow'), Type.Literal('disallow')]),
  ),
  snapshot: Type.String({ default: 'latest', maxLength: 100 }),
};

const SampleSchema = Type.Object(
  {
    ...SpaceSchema,
    strategy: Type.String({ default: 'random-walk', maxLength: 60 }),
    seed: Type.String({ default: '0', maxLength: 100 }),
    count: Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }),
  },
  { additionalProperties: false },
);
export type SampleRequest = Static<typeof SampleSchema>;

const CheckSchema = Type.Object(
  {
    ...SpaceSchema,
    stack: Type.Unsafe<Stack>(
      Type.Object({ packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })) }),
    ),
  },
  { additionalProperties: false },
);
export type CheckRequest = Static<typeof CheckSchema>;

export interface StackUseCases {
  readonly sample: (request: SampleRequest) => Promise<{
    readonly stacks: readonly LockedStack[];
    readonly isDry: boolean;
    /** Of the knowledge. */
    readonly indexes: readonly SnapshotIndex[];
  }>;
  readonly check: (request: CheckRequest) => Promise<readonly Violation[]>;
}

export function stackRoutes(stacks: StackUseCases): Routes {
  return (app) => {
    app.post('/api/v1/stacks/sample', { schema: { body: SampleSchema } }, (request) =>
      stacks.sample(bodyOf(request, SampleSchema)),
    );
    app.post('/api/v1/stacks/check', { schema: { body: CheckSchema } }, async (request) => ({
      violations: await stacks.check(bodyOf(request, CheckSchema)),
    }));
  };
}
