import { expect, it } from 'vitest';
import type { WholeSpace } from '../../../../coordinator/analysis/whole-space.ts';
import { wholeSpaceLines } from '../../../../coordinator/cli/whole-space-lines.ts';

const space: WholeSpace = {
  environmentId: 'e',
  target: 'linux_x86_64-cp311',
  lane: 'any',
  strategy: 'uniform',
  method: 'clopper-pearson',
  log10Stacks: 21.04,
  baselines: 1,
  decided: 299,
  pending: 1,
  spoiled: 0,
  broken: 9,
  brokenShare: { share: 9 / 299, low: 0.0139, high: 0.0564 },
  fastestShare: 0.00997,
};

it('says in sentences what a sample says about all stacks, and nothing without one', () => {
  expect(wholeSpaceLines({ wholeSpaces: [] })).toEqual([]);
  expect(wholeSpaceLines({ wholeSpaces: [space] })).toEqual([
    '',
    'of all valid stacks (10^21.0) on any, linux_x86_64-cp311: 3.0 % fail by their own fault (95 % interval 1.4 %–5.6 %), ' +
      'from 299 uniform stacks, 9 of them broken; 1 more pending',
    '  the fastest of these 299 is among the fastest 1.0 % of all, with 95 % confidence',
  ]);
});

it('says of few stacks which are left out', () => {
  const few: WholeSpace = {
    ...space,
    method: 'hypergeometric',
    log10Stacks: Math.log10(12),
    fastestShare: null,
  };
  const [, line] = wholeSpaceLines({ wholeSpaces: [few] });
  expect(line).toContain('of all valid stacks (12 stacks) besides 1 baseline on any');
});
