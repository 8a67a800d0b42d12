// The order of lanes against its definition: a lane that asks for more is never behind one that asks for less.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { capabilityNames } from '../../../../shared/machine/capabilities.ts';
import { laneSpecificity } from '../../../../shared/machine/lane-specificity.ts';
import { byMostSpecific, isLaneName, normalizeLaneName } from '../../../../shared/machine/lanes.ts';
import { quantities, unitsOf } from '../../../../shared/machine/quantities.ts';
import { readRequirement } from '../../../../shared/machine/read-requirement.ts';
import { meetsRequirement, type MachineRequirement } from '../../../../shared/machine/requirement.ts';
import { machine } from '../../../unit/shared/machine/machines.ts';

const has = fc.constantFrom(...capabilityNames, 'sm_80', 'sm_90').map((name) => ({ has: name }));
const atLeast = fc.constantFrom(...quantities).chain((quantity): fc.Arbitrary<MachineRequirement> => {
  if (quantity.kind === 'version') {
    return fc
      .tuple(fc.nat({ max: 999 }), fc.nat({ max: 99 }))
      .map((parts) => ({ atLeast: { fact: quantity.name, version: parts.join('.') } }));
  }
  const value = fc.integer({ min: 1, max: 4096 });
  if (quantity.kind === 'count') {
    return value.map((amount) => ({ atLeast: { fact: quantity.name, value: amount } }));
  }
  return fc
    .tuple(value, fc.constantFrom(...unitsOf(quantity.kind)))
    .map(([amount, unit]) => ({ atLeast: { fact: quantity.name, value: amount, unit } }));
});
const { requirement } = fc.letrec<{ requirement: MachineRequirement }>((tie) => ({
  requirement: fc.oneof(
    { maxDepth: 4 },
    has,
    atLeast,
    fc.array(tie('requirement'), { maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('requirement'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
  ),
}));

describe('requirements', () => {
  it('that are well formed are read as they are', () => {
    fc.assert(
      fc.property(requirement, (requires) => {
        const read = readRequirement(JSON.parse(JSON.stringify(requires)));
        return 'requirement' in read && JSON.stringify(read.requirement) === JSON.stringify(requires);
      }),
    );
  });

  it('that are refused always say why', () => {
    fc.assert(
      fc.property(requirement, (requires) => {
        const verdict = meetsRequirement(requires, machine());
        return (
          verdict.eligible ||
          (verdict.reasons.length > 0 && verdict.reasons.every((each) => each.startsWith('needs ')))
        );
      }),
    );
  });

  it('from anywhere never make the reader throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readRequirement(value);
        return 'requirement' in read || read.problem !== '';
      }),
    );
  });
});

describe('the order of lanes', () => {
  it('never puts more requirements behind fewer, nor an alternative before what it offers', () => {
    fc.assert(
      fc.property(requirement, requirement, (one, other) => {
        const both = laneSpecificity({ requires: { all: [one, other] } });
        const either = laneSpecificity({ requires: { any: [one, other] } });
        const alone = laneSpecificity({ requires: one });
        return both >= alone && alone >= either;
      }),
    );
  });

  it('is a total order', () => {
    const lane = fc.record({ name: fc.constantFrom('a', 'b', 'c'), requires: requirement });
    fc.assert(
      fc.property(lane, lane, lane, (a, b, c) => {
        const isAntisymmetric =
          Math.sign(byMostSpecific(a, b)) === -Math.sign(byMostSpecific(b, a)) || byMostSpecific(a, b) === 0;
        const isTransitive =
          !(byMostSpecific(a, b) <= 0 && byMostSpecific(b, c) <= 0) || byMostSpecific(a, c) <= 0;
        return isAntisymmetric && isTransitive;
      }),
    );
  });
});

describe('lane names', () => {
  it('are canonical once normalised, whatever their order and case', () => {
    const token = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,8}$/);
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 3 }), (tokens) => {
        const name = normalizeLaneName(tokens.join('+'));
        return isLaneName(name) && name === normalizeLaneName(tokens.toReversed().join('+').toUpperCase());
      }),
    );
  });
});
