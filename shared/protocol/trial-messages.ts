// Agent → coordinator: what a trial found. One message a build, one a block, one at the end, and the build logs in
// parts; each is stored once under `<job>.<epoch>.<kind>.<n>`, and the end closes the job.
import Type, { type Static } from 'typebox';
import type { BlockRecord } from '../measurement/block.ts';
import type { CalibrationRecord } from '../measurement/benchmark.ts';
import { EpochSchema, FailureSchema, IdSchema, MAXIMUM_NUMBER, StackIdSchema } from './common.ts';
import { bodySchema } from './envelope.ts';

const heading = {
  jobId: IdSchema,
  epoch: EpochSchema,
  n: Type.Integer({ minimum: 0, maximum: MAXIMUM_NUMBER }),
};

const BuildMessageSchema = Type.Object({
  ...heading,
  stackId: StackIdSchema,
  role: Type.Union([Type.Literal('baseline'), Type.Literal('candidate')]),
  builder: Type.Union([Type.Literal('uv'), Type.Literal('pip'), Type.Null()]),
  reused: Type.Boolean(),
  durationMs: Type.Number({ minimum: 0 }),
  downloadedBytes: Type.Number({ minimum: 0 }),
  /** Of a stack that was built: how many files it needed, and how many of them were there from earlier builds. */
  files: Type.Optional(
    Type.Object({ needed: Type.Integer({ minimum: 0 }), reused: Type.Integer({ minimum: 0 }) }),
  ),
  /** Null when it was built. */
  failure: Type.Union([FailureSchema, Type.Null()]),
});
export type BuildMessage = Static<typeof BuildMessageSchema>;
export const buildMessage = bodySchema('build', BuildMessageSchema);

const BlockMessageSchema = Type.Object({
  ...heading,
  block: Type.Unsafe<BlockRecord>(
    Type.Object({ block: Type.Integer({ minimum: 0 }), pairs: Type.Array(Type.Object({})) }),
  ),
  /** With the first block of a trial. */
  calibrations: Type.Optional(Type.Array(Type.Unsafe<CalibrationRecord>(Type.Object({})))),
});
export type BlockMessage = Static<typeof BlockMessageSchema>;
export const blockMessage = bodySchema('block', BlockMessageSchema);

const EndMessageSchema = Type.Object({
  ...heading,
  /**
   * `completed`: every stack was decided or measured. `aborted`: cancelled, drained, or fenced off; what is not
   * decided stays pending.
   */
  ending: Type.Union([Type.Literal('completed'), Type.Literal('aborted')]),
  reason: Type.Union([Type.String({ maxLength: 400 }), Type.Null()]),
  /** What went wrong while running and measuring, a stack at most once a benchmark. */
  failures: Type.Array(
    Type.Object({
      stackId: StackIdSchema,
      benchmark: Type.String({ maxLength: 400 }),
      failure: FailureSchema,
    }),
  ),
  /** How many builds and blocks this epoch has sent: the end counts once they are all there, in whatever order. */
  sent: Type.Optional(
    Type.Object({ builds: Type.Integer({ minimum: 0 }), blocks: Type.Integer({ minimum: 0 }) }),
  ),
  hardwareDigest: Type.String({ maxLength: 100 }),
  /** RFC 3339, UTC, by the agent's clock. */
  startedAt: Type.String({ maxLength: 40 }),
  finishedAt: Type.String({ maxLength: 40 }),
});
export type EndMessage = Static<typeof EndMessageSchema>;
export const endMessage = bodySchema('end', EndMessageSchema);

const LogMessageSchema = Type.Object({
  ...heading,
  stackId: StackIdSchema,
  phase: Type.String({ maxLength: 20 }),
  part: Type.Integer({ minimum: 0, maximum: 99 }),
  parts: Type.Integer({ minimum: 1, maximum: 100 }),
  /** A slice of the gzip stream of the bounded log. */
  gzip: Type.Unsafe<Uint8Array>({}),
});
export type LogMessage = Static<typeof LogMessageSchema>;
export const logMessage = bodySchema('log', LogMessageSchema);

export type TrialMessageKind = 'build' | 'block' | 'end' | 'log';

/** `<job>.<epoch>.<kind>.<n>`: the id under which a message is stored once. */
export const trialMessageId = (
  kind: TrialMessageKind,
  heading: { jobId: string; epoch: number; n: number },
): string => `${heading.jobId}.${heading.epoch}.${kind}.${heading.n}`;
