// Agent → coordinator and back: the lease goes on. Carries the wish for a quiet window, and back comes the order to
// stop.
import Type, { type Static } from 'typebox';
import { EpochSchema, IdSchema } from './common.ts';
import { bodySchema } from './envelope.ts';

const RenewRequestSchema = Type.Object({
  jobId: IdSchema,
  epoch: EpochSchema,
  /** How long the agent will be silent while it measures; at most 30 minutes. */
  quietForMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 * 60_000 })),
});
export type RenewRequest = Static<typeof RenewRequestSchema>;
export const renewRequest = bodySchema('renew', RenewRequestSchema);

const RenewReplySchema = Type.Object({
  /** `lost`: another epoch rules, or the job is over: stop, clean up, forget. `cancel`: stop and say so. */
  verdict: Type.Union([Type.Literal('ok'), Type.Literal('cancel'), Type.Literal('lost')]),
  leaseMs: Type.Integer({ minimum: 0 }),
});
export type RenewReply = Static<typeof RenewReplySchema>;
export const renewReply = bodySchema('renew-reply', RenewReplySchema);
