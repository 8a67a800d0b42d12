// Agent → coordinator and back: I am here, and what shall I serve? The answer makes the agent's view converge even
// when every notice was lost.
import Type, { type Static } from 'typebox';
import type { Fingerprint } from '../machine/fingerprint.ts';
import { EpochSchema, IdSchema, LifeSchema, QueueSchema } from './common.ts';
import { bodySchema } from './envelope.ts';

const HeartbeatSchema = Type.Object({
  state: Type.Union([Type.Literal('idle'), Type.Literal('working'), Type.Literal('draining')]),
  job: Type.Union([Type.Object({ jobId: IdSchema, epoch: EpochSchema }), Type.Null()]),
  hardwareDigest: Type.String({ maxLength: 100 }),
  /** Sent at the start, when it changed, and when the coordinator asked for it. */
  fingerprint: Type.Optional(Type.Unsafe<Fingerprint>(Type.Object({}))),
  freeDiskBytes: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  loadAverage1m: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  spooledMessages: Type.Integer({ minimum: 0 }),
  life: Type.Optional(LifeSchema),
  version: Type.String({ maxLength: 40 }),
  /** RFC 3339, by the machine's own clock. */
  clock: Type.String({ maxLength: 40 }),
});
export type Heartbeat = Static<typeof HeartbeatSchema>;
export const heartbeat = bodySchema('heartbeat', HeartbeatSchema);

const HeartbeatReplySchema = Type.Object({
  /** What the machine may serve, in the order in which to ask. Empty while it may serve nothing. */
  queues: Type.Array(QueueSchema, { maxItems: 500 }),
  /** Draining: finish what runs, take no more. */
  draining: Type.Boolean(),
  /** The coordinator does not know this hardware yet. */
  wantsFingerprint: Type.Boolean(),
  clock: Type.String({ maxLength: 40 }),
});
export type HeartbeatReply = Static<typeof HeartbeatReplySchema>;
export const heartbeatReply = bodySchema('heartbeat-reply', HeartbeatReplySchema);
