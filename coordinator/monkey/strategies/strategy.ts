// What a sampling strategy promises. The contract test holds every member of the registry to it:
// every stack satisfies the request; the same space and seed give the same stream on every machine for ever; a stream that is
// resumed from its cursor goes on as if it had never stopped; no stack comes twice (but see walked.ts for spaces that cannot be
// compiled); null says that there is no further one.
// A strategy that learns is told results as they come: late, in any order and number, or never. The same seed and the same
// log of what was told when give the same stream.
import type { Stack } from '../../../shared/stack/stack.ts';
import type { CompileFailure } from '../diagram/compile.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { ParameterForms } from './parameters.ts';

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What became of one stack of a stream. A stack may have several results, such as one a lane. */
export interface StackResult {
  /** The how manieth stack of this stream it was, from 0 on. */
  readonly position: number;
  /** Natural logarithm of its ratio to the baseline, below 0 where it is faster; null: it failed by its own fault. */
  readonly logRatio: number | null;
}

/** What became of a stack of the same space that another stream gave. */
export interface ForeignResult {
  /** By package of the space's model the chosen value, -1 for packages outside; those of virtual packages do not count. */
  readonly values: Int32Array;
  /** As of a `StackResult`. */
  readonly logRatio: number | null;
}

/** One telling, as it is kept to replay a stream. */
export interface LearnedResults {
  /** How many stacks the stream had given when it was told. */
  readonly emitted: number;
  readonly results: readonly StackResult[];
}

/** Decimal numbers in the space of stacks that were given, by the seed of their stream and their position in it. */
export type StackNumbers = ReadonlyMap<string, ReadonlyMap<number, string>>;

export interface StreamOptions {
  /** Any text; strategies without randomness ignore it. */
  readonly seed: string;
  /** How many stacks are wanted, where a strategy can plan for it. */
  readonly count?: number | undefined;
  /** What a strategy may be told beyond that; each says in its file what it takes. */
  readonly parameters?: Readonly<Record<string, JsonValue>> | undefined;
  /** The compiled space, or why it cannot be, where the caller knows already; strategies that need one compile it otherwise. */
  readonly diagram?: Diagram | CompileFailure | undefined;
  /** Pins (`name==version`) of the stack that a campaign measures against; the latest stack where there is none. */
  readonly baseline?: readonly string[] | undefined;
  /** A cursor of an earlier stream over the same space with the same seed. */
  readonly cursor?: JsonValue | undefined;
  /** What that earlier stream had been told, in order; strategies that do not learn ignore it. */
  readonly learned?: readonly LearnedResults[] | undefined;
  /** Of stacks that the earlier stream gave, as far as they are known: where drawing one has no other effect it is not drawn again. */
  readonly numbers?: StackNumbers | undefined;
}

/** Where the last stack came from, and how likely it was to come. */
export interface Provenance {
  readonly strategy: string;
  /** What gives the stack again: its number in the space where the strategy draws numbers, else its position in the stream. */
  readonly index: string | null;
  /** The stack's own number in the space, where `StreamOptions.numbers` takes it. */
  readonly number?: string;
  /** Decimal logarithm of the probability that one draw gives this very stack; null where it is not known or nothing is drawn. */
  readonly log10DrawProbability: number | null;
  /** Whether the probability is an estimate: the space could not be compiled. */
  readonly isEstimate: boolean;
}

/** How much of what can be covered has been. */
export interface Covered {
  readonly covered: number;
  readonly reachable: number;
}

export interface Coverage {
  /** Of (package, version) that some stack has. */
  readonly versions: Covered;
  /** Of pairs of what the strategy tells apart. */
  readonly pairs: Covered;
  /** Whether `reachable` is what walks have seen so far: the space could not be compiled. */
  readonly isEstimate: boolean;
}

export interface StackStream {
  /**
   * The next stack, or null when there is none.
   * @throws TROOP-1907 when a search was given up
   */
  next(): Stack | null;
  /**
   * How many stacks the stream gives in all, where that is known. For `uniform`, n stacks of `total` have each been included
   * with probability n / total.
   */
  readonly total?: bigint;
  /** Leaves out the next stacks without making them, where that is possible; as many calls of `next` do the same. */
  skip?(count: number): void;
  /** Where the stream stands, as a small JSON value. */
  readonly cursor: JsonValue;
  /** Of the last stack given; null before the first. */
  readonly provenance: Provenance | null;
  /** What the stacks given so far cover, for strategies that care. */
  readonly coverage?: Coverage | undefined;
  /**
   * Takes results of stacks that were given, and of stacks that others gave; the stacks that follow are chosen in their light.
   * Absent from strategies that do not learn.
   * @throws TROOP-1917 for a stack that was not given yet
   */
  learn?(results: readonly StackResult[], foreign?: readonly ForeignResult[]): void;
  /** What the strategy has found out so far, as plain data for a report; absent where it draws no conclusions. */
  readonly finding?: JsonValue | undefined;
}

export interface Strategy {
  readonly name: string;
  /** One line for a person who chooses. */
  readonly description: string;
  /** What it takes under `parameters`, by name; nothing when absent. Checked by the registry. */
  readonly parameters?: ParameterForms;
  /** Whether it ends before every stack of a space was given, since it answers a narrower question. */
  readonly isSelective?: boolean;
  /** Whether its streams take results: they have `learn`. */
  readonly learns?: true;
  /**
   * @throws TROOP-1906 for a cursor that is not of this strategy, TROOP-1908 for wrong parameters, TROOP-1909 when a strategy
   * that needs the compiled space cannot have it within its budget
   */
  open(space: StateSpace, options: StreamOptions): StackStream;
}
