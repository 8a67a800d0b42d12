// A stream whose cursor is the number of stacks given: it is replayed from its seed when it is resumed, but for what its source
// can pass over. What strategies share that make their stacks one after the other.
import type { StateSpace } from '../space/state-space.ts';
import { StackMaker } from '../stack-of.ts';
import { readEmitted } from './emitted-cursor.ts';
import type { Coverage, JsonValue, Provenance, StackStream, StreamOptions } from './strategy.ts';

export interface ValueSource {
  /** By package of the space's model the chosen value, -1 for packages outside; valid until the next call. */
  next(): Int32Array | null;
  /** Of the last stack, where it is known. */
  log10DrawProbability?(values: Int32Array): number | null;
  readonly isEstimate?: boolean;
  /** How many stacks it stands behind from the beginning; none when absent. */
  readonly begunAt?: number;
  /** Passes over some of the next stacks without making them, where it can now, and says how many. */
  skip?(count: number): number;
  /** Where it stands, if that is more than the number of stacks given. */
  readonly place?: Readonly<Record<string, JsonValue>>;
  readonly coverage?: Coverage | undefined;
}

/** @throws TROOP-1906 */
export function emittedStream(
  strategy: string,
  space: StateSpace,
  { cursor }: StreamOptions,
  open: () => { readonly source: ValueSource; readonly total?: bigint },
): StackStream {
  const wanted = readEmitted(strategy, cursor);
  const { source, total } = open();
  const maker = new StackMaker(space);
  let emitted = source.begunAt ?? 0;
  let provenance: Provenance | null = null;
  const skipTo = (end: number): void => {
    while (emitted < end) {
      const skipped = source.skip?.(end - emitted) ?? 0;
      if (skipped === 0 && source.next() === null) return;
      emitted += skipped === 0 ? 1 : skipped;
    }
  };
  skipTo(wanted);
  return {
    ...(total === undefined ? {} : { total }),
    ...(source.skip === undefined ? {} : { skip: (count: number) => skipTo(emitted + count) }),
    next: () => {
      const values = source.next();
      if (values === null) {
        return null;
      }
      provenance = {
        strategy,
        index: String(emitted),
        log10DrawProbability: source.log10DrawProbability?.(values) ?? null,
        isEstimate: source.isEstimate ?? false,
      };
      emitted += 1;
      return maker.stack(values);
    },
    get cursor() {
      return { emitted, ...source.place };
    },
    get provenance() {
      return provenance;
    },
    get coverage() {
      return source.coverage;
    },
  };
}
