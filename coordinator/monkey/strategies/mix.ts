// Several strategies that share one stream. Each has its own seed and goes on as if it were alone; no stack comes twice, whoever
// gave it, and members that learn are told of the stacks of all. A mixed stream is resumed by replaying it: which stacks count
// as given depends on all members.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { compileSpace } from '../diagram/compile.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { readEmitted } from './emitted-cursor.ts';
import { strategyNamed } from './registry.ts';
import { sampledFrom, type SampledFrom, type SampledStream } from './sampled-from.ts';
import { StackValues } from './stack-values.ts';
import type {
  Coverage,
  ForeignResult,
  JsonValue,
  StackResult,
  StackStream,
  StreamOptions,
} from './strategy.ts';
import { Turns } from './turns.ts';
import { ValueLog } from './value-log.ts';

export interface MixPart {
  readonly strategy: string;
  /** Positive; only proportions count. */
  readonly share: number;
  readonly parameters?: Readonly<Record<string, JsonValue>>;
}

/** Of streams that began before members were told of each other's stacks, `isShared` is absent, and they go on without. */
type MixCursor = { readonly emitted: number; readonly isShared?: true };

function isSharing(cursor: JsonValue): boolean {
  return typeof cursor === 'object' && cursor !== null && 'isShared' in cursor && cursor['isShared'] === true;
}

/** What a member is told. */
interface Told {
  readonly own: StackResult[];
  readonly foreign: ForeignResult[];
}

/** Draws in place of a strategy that needs a compiled space where there is none. */
const STAND_IN = 'uniform';

interface Member {
  readonly stream: StackStream;
  readonly seed: string;
  /** Stacks of this member that the campaign plans, as far as it plans. */
  readonly planned: number | undefined;
  /** Stacks that its stream has given, those included that others had given before. */
  given: number;
}

/**
 * @throws as the strategies do; of those that learn, one that cannot work on a space that does not compile is replaced by draws
 * that can
 */
export function openMix(space: StateSpace, parts: readonly MixPart[], options: StreamOptions): SampledStream {
  const stream = new MixedStream(space, parts, options);
  stream.replay(readEmitted('mix', options.cursor), options);
  return stream;
}

class MixedStream implements SampledStream {
  readonly #members: readonly Member[];
  readonly #turns: Turns;
  /** The first 52 bits of the ids of stacks that were given. */
  readonly #seen = new Set<number>();
  /** By position: the member that gave the stack, and its position there. */
  readonly #memberOf: number[] = [];
  readonly #positionOf: number[] = [];
  /** By position: the values of the stack. Null where results are for the members alone that gave the stacks. */
  readonly #given: { readonly reader: StackValues; readonly log: ValueLog } | null;
  #sampledFrom: SampledFrom | null = null;

  constructor(space: StateSpace, parts: readonly MixPart[], options: StreamOptions) {
    const diagram = options.diagram ?? compileSpace(space);
    const total = parts.reduce((sum, { share }) => sum + share, 0);
    this.#turns = new Turns(parts.map(({ share }) => share));
    this.#members = parts.map((part, index) => {
      const seed = `${options.seed}/mix/${index}`;
      const planned =
        options.count === undefined ? undefined : Math.round((options.count * part.share) / total);
      const { baseline, numbers } = options;
      const stream = openMember(space, part, { seed, count: planned, baseline, diagram, numbers });
      return { stream, seed, planned, given: 0 };
    });
    const isShared = options.cursor === undefined || isSharing(options.cursor);
    const learns = this.#members.some(({ stream }) => stream.learn !== undefined);
    this.#given =
      isShared && learns && this.#members.length > 1
        ? { reader: new StackValues(space), log: new ValueLog(space.model.packages.length) }
        : null;
  }

  next(): Stack | null {
    for (let turn = this.#turns.next; turn !== null; turn = this.#turns.next) {
      const stack = this.#nextOf(turn);
      if (stack !== null) {
        this.#turns.take(turn);
        return stack;
      }
      this.#turns.leaveOut(turn);
    }
    return null;
  }

  /** Results go to the members that learn: as their own to those that gave the stacks, and to the others as foreign ones. */
  learn(results: readonly StackResult[]): void {
    const byMember = this.#members.map((): Told => ({ own: [], foreign: [] }));
    for (const result of results) {
      const member = this.#memberOf[result.position];
      const position = this.#positionOf[result.position];
      if (member === undefined || position === undefined) {
        const { emitted } = this.cursor;
        throw new TroopError('TROOP-1917', { strategy: 'mix', position: result.position, emitted });
      }
      const { logRatio } = result;
      at(byMember, member).own.push({ position, logRatio });
      const values = this.#given?.log.at(result.position);
      if (values === undefined) continue;
      byMember.forEach(({ foreign }, index) => {
        if (index !== member) foreign.push({ values, logRatio });
      });
    }
    this.#members.forEach(({ stream }, index) => {
      const { own, foreign } = at(byMember, index);
      if (own.length + foreign.length > 0) stream.learn?.(own, foreign);
    });
  }

  /** Gives the stacks of an earlier stream again, and is told what that was told. */
  replay(emitted: number, { learned = [] }: StreamOptions): void {
    for (const told of learned) {
      this.#advanceTo(Math.min(told.emitted, emitted));
      this.learn(told.results);
    }
    this.#advanceTo(emitted);
    this.#sampledFrom = null;
  }

  get cursor(): MixCursor {
    return { emitted: this.#memberOf.length, ...(this.#given === null ? {} : { isShared: true }) };
  }

  get provenance(): SampledFrom | null {
    return this.#sampledFrom;
  }

  get sampledFrom(): SampledFrom | null {
    return this.#sampledFrom;
  }

  get coverage(): Coverage | undefined {
    return this.#members.find(({ stream }) => stream.coverage !== undefined)?.stream.coverage;
  }

  get finding(): JsonValue | undefined {
    return this.#members.find(({ stream }) => stream.finding !== undefined)?.stream.finding;
  }

  #advanceTo(emitted: number): void {
    while (this.#memberOf.length < emitted && this.next() !== null);
  }

  /** The member's next stack that nobody has given, or null when it has none. */
  #nextOf(index: number): Stack | null {
    const member = at(this.#members, index);
    const repeated: string[] = [];
    for (;;) {
      const stack = member.stream.next();
      if (stack === null) {
        return null;
      }
      const position = member.given;
      member.given += 1;
      if (this.#isNew(stack)) {
        this.#memberOf.push(index);
        this.#positionOf.push(position);
        this.#given?.log.push(this.#given.reader.of(stack));
        const { seed, planned } = member;
        this.#sampledFrom = sampledFrom(member.stream.provenance, { seed, position, planned, repeated });
        return stack;
      }
      repeated.push(stack.stack_id);
    }
  }

  #isNew({ stack_id: id }: Stack): boolean {
    const before = this.#seen.size;
    this.#seen.add(Number.parseInt(id.slice('sha256:'.length, 'sha256:'.length + 13), 16));
    return this.#seen.size > before;
  }
}

function openMember(
  space: StateSpace,
  { strategy: name, parameters }: MixPart,
  options: StreamOptions,
): StackStream {
  const strategy = strategyNamed(name);
  try {
    return strategy.open(space, { ...options, parameters });
  } catch (error) {
    if (strategy.learns === true && error instanceof TroopError && error.code === 'TROOP-1909') {
      return strategyNamed(STAND_IN).open(space, options);
    }
    throw error;
  }
}
