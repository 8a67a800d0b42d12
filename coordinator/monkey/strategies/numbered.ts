// Streams that go through the numbers of all stacks, each once: a cursor is the position and nothing else, any part of a
// stream can be had without the rest.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { StackNumbering } from '../diagram/numbering.ts';
import { stackOf } from '../stack-of.ts';
import { compiled } from './compiled.ts';
import type { JsonValue, Strategy } from './strategy.ts';

/** @param orderOf gives for a seed and a count of stacks the number of the stack at each position */
export function numberedStrategy(
  name: string,
  description: string,
  orderOf: (seed: string, count: bigint) => (position: bigint) => bigint,
): Strategy {
  return {
    name,
    description,
    open: (space, options) => {
      let position = readPosition(name, options.cursor);
      const diagram = compiled(space, options);
      const numbering = new StackNumbering(diagram);
      const numberAt = orderOf(options.seed, diagram.count === 0n ? 1n : diagram.count);
      const values = new Int32Array(diagram.packageCount);
      return {
        total: diagram.count,
        next: () => {
          if (position >= diagram.count) {
            return null;
          }
          numbering.unrank(numberAt(position), values);
          position += 1n;
          return stackOf(space, values);
        },
        get cursor() {
          return { position: position.toString() };
        },
      };
    },
  };
}

function readPosition(strategy: string, cursor: JsonValue | undefined): bigint {
  if (cursor === undefined) {
    return 0n;
  }
  const position: unknown =
    typeof cursor === 'object' && cursor !== null && 'position' in cursor ? cursor['position'] : undefined;
  if (typeof position !== 'string' || !/^[0-9]{1,400}$/.test(position)) {
    throw new TroopError('TROOP-1906', { strategy, reason: 'it has no decimal "position"' });
  }
  return BigInt(position);
}
