// The learning solver finds a stack exactly where there is one, and what it calls impossible is impossible.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSpace } from '../../../coordinator/monkey/explain/explain-space.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { enumerateStacks } from '../../support/monkey/enumerate-stacks.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

const CONCLUSION = /no stack satisfies the request\.$|which no candidate meets/;

describe('explaining a random small knowledge base', () => {
  it('gives one of its stacks, or the reason why there is none', () => {
    const seen = { some: 0, none: 0 };
    fc.assert(
      fc.property(factorCase, (request) => {
        const expected = enumerateStacks(request, 500);
        fc.pre(expected !== null);
        const space = openSmall(request);
        fc.pre(space !== null);
        const { stack, sentences } = explainSpace(space);
        seen[stack === null ? 'none' : 'some'] += 1;
        const isRight =
          stack === null
            ? expected.length === 0 && CONCLUSION.test(sentences.at(-1) ?? '')
            : expected.includes(stackLine(stack));
        expect(isRight).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(seen.some).toBeGreaterThan(200);
    expect(seen.none).toBeGreaterThan(100);
  });
});
