// Probabilities that strategies state are probabilities: over all stacks of a space they sum to one.
import { describe, expect, it } from 'vitest';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import type { StackStream } from '../../../../../coordinator/monkey/strategies/strategy.ts';
import { linux311, lookupOf, release, requirements } from '../../../../support/monkey/knowledge.ts';

const space = openStateSpace({
  requirements: requirements('top', 'side'),
  lookup: lookupOf([
    release('top', '1.0', ['leaf']),
    release('top', '2.0', ['leaf>=2']),
    release('top', '3.0'),
    release('side', '1.0', ['leaf<3']),
    release('side', '2.0'),
    ...['1.0', '2.0', '3.0', '4.0'].map((version) => release('leaf', version)),
  ]),
  environment: linux311,
});

function probabilities(stream: StackStream): readonly number[] {
  const found: number[] = [];
  while (stream.next() !== null) {
    const log10 = stream.provenance?.log10DrawProbability;
    if (log10 !== undefined && log10 !== null) found.push(10 ** log10);
  }
  return found;
}

describe.each(['uniform', 'stratified', 'weighted'])('strategy %s', (name) => {
  it('states probabilities of its draws that sum to one', () => {
    const stream = strategyNamed(name).open(space, { seed: 'sum' });
    const found = probabilities(stream);
    expect(BigInt(found.length)).toBe(stream.total);
    expect(found.length).toBeGreaterThan(10);
    expect(found.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  });
});

describe.each(['latest', 'lowest', 'all', 'random-walk'])('strategy %s', (name) => {
  it('claims no probability', () => {
    expect(probabilities(strategyNamed(name).open(space, { seed: 'sum' }))).toEqual([]);
  });
});
