// Pieces that several messages share.
import Type, { type Static } from 'typebox';
import { CAUSES, OUTCOMES, PHASES } from '../inspection/outcome.ts';

export const IdSchema = Type.String({ pattern: '^[a-z0-9-]{1,64}$' });
/** What a column of the database holds; nothing is claimed, sent or started as often. */
export const MAXIMUM_NUMBER = 2_147_483_647;
export const EpochSchema = Type.Integer({ minimum: 1, maximum: MAXIMUM_NUMBER });

/** In which life of its agent a message was made; agents that know nothing of lives leave it out. */
export const LifeSchema = Type.Object({
  series: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
  number: Type.Integer({ minimum: 1, maximum: MAXIMUM_NUMBER }),
});
export const Sha256Schema = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const StackIdSchema = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });

const literals = <const Values extends readonly string[]>(values: Values): Type.TUnsafe<Values[number]> =>
  Type.Unsafe<Values[number]>(Type.Union(values.map((value) => Type.Literal(value))));

export const OutcomeSchema = literals(OUTCOMES);
export const CauseSchema = literals(CAUSES);
export const PhaseSchema = literals(PHASES);

/** What went wrong with one stack, in the words of the catalogue. */
export const FailureSchema = Type.Object({
  outcome: OutcomeSchema,
  cause: CauseSchema,
  phase: PhaseSchema,
  code: Type.String({ maxLength: 20 }),
  message: Type.String({ maxLength: 4000 }),
  hint: Type.Optional(Type.String({ maxLength: 4000 })),
  /** The last lines of what the stack printed. */
  excerpt: Type.Optional(Type.String({ maxLength: 8000 })),
});
export type Failure = Static<typeof FailureSchema>;

export const QueueSchema = Type.Object({
  lane: Type.String({ maxLength: 48 }),
  target: Type.String({ maxLength: 64 }),
  priority: Type.Union([Type.Literal(0), Type.Literal(1)]),
});
