import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SequenceTable } from '../../../../../coordinator/monkey/diagram/sequence-table.ts';

it('a sequence table numbers equal sequences alike, in the order of their first coming', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -2, max: 3 }), { maxLength: 5 }), { maxLength: 900 }),
      (all) => {
        const table = new SequenceTable();
        const known = new Map<string, number>();
        for (const sequence of all) {
          const expected = known.get(String(sequence)) ?? known.size;
          known.set(String(sequence), expected);
          const items = Int32Array.from([...sequence, 99]);
          expect(table.intern(items, sequence.length)).toBe(expected);
          expect([...table.get(expected)]).toEqual(sequence);
        }
        expect(table.size).toBe(known.size);
      },
    ),
    { numRuns: 60 },
  );
});
