// The nearest stacks of `neighbours` and `combinations`, against a listing of all stacks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateKey } from '../../../coordinator/monkey/space/candidate.ts';
import { bestWithEach } from '../../../coordinator/monkey/diagram/best-with-each.ts';
import { distanceFrom } from '../../../coordinator/monkey/diagram/best-stack.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { compiledCase } from '../../support/monkey/compiled-case.ts';

/** Packages of the stack that the baseline has not, or has otherwise. */
const changed = (space: StateSpace, baseline: Int32Array, values: Int32Array): number =>
  [...values].filter(
    (value, index) =>
      space.model.packages[index]?.extra === null && value !== -1 && value !== baseline[index],
  ).length;

function* everything(open: () => { next(): Stack | null }): Generator<Stack> {
  const stream = open();
  for (let stack = stream.next(); stack !== null; stack = stream.next()) yield stack;
}

describe('the best stack with each version of a random small space', () => {
  it('changes no more packages than it must', () => {
    let versions = 0;
    fc.assert(
      fc.property(factorCase, fc.nat(), (request, pick) => {
        const { space, diagram, all } = compiledCase(request);
        const baseline = all[pick % Math.max(1, all.length)];
        fc.pre(baseline !== undefined);
        const found = bestWithEach(diagram, distanceFrom(baseline));
        for (const { packageIndex, value, values } of found) {
          const having = all.filter((stack) => stack[packageIndex] === value);
          const least = Math.min(...having.map((stack) => changed(space, baseline, stack)));
          expect(all.map(String)).toContain(String(values()));
          expect(values()[packageIndex]).toBe(value);
          expect(changed(space, baseline, values())).toBe(least);
        }
        const expected = new Set(
          all.flatMap((stack) =>
            [...stack].flatMap((value, index) =>
              value !== -1 && space.model.packages[index]?.extra === null ? [`${index} ${value}`] : [],
            ),
          ),
        );
        expect(found.map(({ packageIndex, value }) => `${packageIndex} ${value}`).toSorted()).toEqual(
          [...expected].toSorted(),
        );
        versions += found.length;
      }),
      { numRuns: 500 },
    );
    expect(versions).toBeGreaterThan(500);
  });
});

describe('combinations of two packages of a random small space', () => {
  it('are exactly those that some stack has', () => {
    let combinations = 0;
    fc.assert(
      fc.property(factorCase, (request) => {
        const { space, all } = compiledCase(request);
        const named = space.model.packages.filter(({ extra }) => extra === null).slice(-2);
        fc.pre(named.length === 2 && all.length > 0);
        const places = named.map((item) => space.model.packages.indexOf(item));
        const parameters = { packages: named.map(({ name }) => name) };
        const given = [
          ...everything(() => strategyNamed('combinations').open(space, { seed: 's', parameters })),
        ].map(({ packages }) =>
          named
            .map(({ name }) => packages.find((one) => space.alternatives.headOf(one.name) === name))
            .map((one) => (one === undefined ? 'none' : candidateKey(one)))
            .join(', '),
        );
        const expected = all.map((stack) =>
          places
            .map((place) => {
              const value = stack[place] ?? -1;
              const candidate = space.candidates[place]?.[value];
              return candidate === undefined
                ? 'none'
                : candidateKey({ ...candidate, version: candidate.version.text });
            })
            .join(', '),
        );
        expect(given.toSorted()).toEqual([...new Set(expected)].toSorted());
        combinations += given.length;
      }),
      { numRuns: 300 },
    );
    expect(combinations).toBeGreaterThan(250);
  });
});
