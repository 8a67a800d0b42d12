// Streams that go through the numbers of all stacks, each once: a cursor is the position and nothing else, any part of a
// stream can be had without the rest.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { StackNumbering } from '../diagram/numbering.ts';
import { log10 } from '../diagram/ratio.ts';
import { StackMaker } from '../stack-of.ts';
import { compiled } from './compiled.ts';
import type { JsonValue, Provenance, Strategy } from './strategy.ts';

/**
 * @param about `isDrawn`: whether every stack is equally likely to be the next
 * @param orderOf gives for a seed and a count of stacks the number of the stack at each position
 */
export function numberedStrategy(
  about: { readonly name: string; readonly description: string; readonly isDrawn: boolean },
  orderOf: (seed: string, count: bigint) => (position: bigint) => bigint,
): Strategy {
  const { name, description, isDrawn } = about;
  return {
    name,
    description,
    open: (space, options) => {
      let position = readPosition(name, options.cursor);
      const diagram = compiled(space, options);
      const numbering = new StackNumbering(diagram);
      const numberAt = orderOf(options.seed, diagram.count === 0n ? 1n : diagram.count);
      const values = new Int32Array(diagram.packageCount);
      const log10DrawProbability = isDrawn && diagram.count > 0n ? 0 - log10(diagram.count) : null;
      let provenance: Provenance | null = null;
      const maker = new StackMaker(space);
      return {
        total: diagram.count,
        next: () => {
          if (position >= diagram.count) {
            return null;
          }
          const number = numberAt(position);
          numbering.unrank(number, values);
          position += 1n;
          provenance = {
            strategy: name,
            index: number.toString(),
            log10DrawProbability,
            isEstimate: false,
          };
          return maker.stack(values);
        },
        skip: (count) => {
          const end = position + BigInt(count);
          position = end < diagram.count ? end : diagram.count;
        },
        get cursor() {
          return { position: position.toString() };
        },
        get provenance() {
          return provenance;
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
