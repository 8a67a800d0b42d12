// Coordinator → whoever pulls first: this job can be claimed. Holds nothing secret, since any agent of a lane sees it.
import Type, { type Static } from 'typebox';
import { EpochSchema, IdSchema, QueueSchema } from './common.ts';
import { bodySchema } from './envelope.ts';

const OfferSchema = Type.Object({
  jobId: IdSchema,
  queue: QueueSchema,
  /** The epoch that a claim will get at the least; with the sequence it makes the offer's id unique. */
  nextEpoch: EpochSchema,
  offerSequence: Type.Integer({ minimum: 1 }),
});
export type OfferMessage = Static<typeof OfferSchema>;
export const offerMessage = bodySchema('offer', OfferSchema);

/** `<job>.<epoch>.<offer sequence>`: used once, since brokers swallow a repeated id. */
export const offerMessageId = (offer: OfferMessage): string =>
  `${offer.jobId}.${offer.nextEpoch}.o${offer.offerSequence}`;
