// A rule as people write it.
import type { JsonValue } from '../strategies/strategy.ts';

/** The key of its kind, what that kind takes beside it, and `when`. */
export type RuleDeclaration = Readonly<Record<string, JsonValue>>;
