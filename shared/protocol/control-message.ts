// Coordinator → one agent, at most once: hints that make things prompt. Whatever is lost here is caught up by the next
// heartbeat, renewal or resend.
import Type, { type Static } from 'typebox';
import { EpochSchema, IdSchema } from './common.ts';
import { bodySchema } from './envelope.ts';

const ControlSchema = Type.Union([
  /** Work may be waiting, or the queues to serve have changed: send a heartbeat and look. */
  Type.Object({ order: Type.Literal('wake') }),
  /** These messages are committed: take them out of the spool. */
  Type.Object({
    order: Type.Literal('committed'),
    ids: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 200 }),
  }),
  /** Stop this job now. */
  Type.Object({ order: Type.Literal('cancel'), jobId: IdSchema, epoch: EpochSchema }),
]);
export type ControlMessage = Static<typeof ControlSchema>;
export const controlMessage = bodySchema('control', ControlSchema);
