// A stream whose cursor is the number of stacks given: it is replayed from its seed when it is resumed. What strategies share
// that make their stacks one after the other.
import type { StateSpace } from '../space/state-space.ts';
import { StackMaker } from '../stack-of.ts';
import { readEmitted } from './emitted-cursor.ts';
import type { Coverage, Provenance, StackStream, StreamOptions } from './strategy.ts';

export interface ValueSource {
  /** By package of the space's model the chosen value, -1 for packages outside; valid until the next call. */
  next(): Int32Array | null;
  /** Of the last stack, where it is known. */
  log10DrawProbability?(values: Int32Array): number | null;
  readonly isEstimate?: boolean;
  readonly coverage?: Coverage | undefined;
}

/** @throws TROOP-1906 */
export function emittedStream(
  strategy: string,
  space: StateSpace,
  { cursor }: StreamOptions,
  open: () => { readonly source: ValueSource; readonly total?: bigint },
): StackStream {
  const skip = readEmitted(strategy, cursor);
  const { source, total } = open();
  const maker = new StackMaker(space);
  let emitted = 0;
  let provenance: Provenance | null = null;
  while (emitted < skip && source.next() !== null) {
    emitted += 1;
  }
  return {
    ...(total === undefined ? {} : { total }),
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
      return { emitted };
    },
    get provenance() {
      return provenance;
    },
    get coverage() {
      return source.coverage;
    },
  };
}
