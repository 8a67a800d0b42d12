import { expect, it } from 'vitest';
import { describeFinding } from '../../../../coordinator/analysis/describe-finding.ts';

const culprit = {
  kind: 'culprit',
  package: 'numpy',
  lastGood: '1.25.2',
  firstBad: '1.26.0',
  probability: 0.9712,
  isDecided: true,
  answers: 14,
} as const;

it('names a culprit with its change and how sure that is', () => {
  expect(describeFinding('linux_x86_64-cp311', culprit)).toBe(
    'On linux_x86_64-cp311, the change of numpy from 1.25.2 to 1.26.0 is the culprit: 97.1 % after 14 answers.',
  );
  expect(describeFinding('t', { ...culprit, lastGood: null, isDecided: false })).toContain(
    'numpy from absent to 1.26.0 is the first suspect',
  );
});

it('says nothing before the first answer', () => {
  expect(describeFinding('t', { ...culprit, answers: 0 })).toBeNull();
  const guarantee = { fastestPart: 1, confidence: 0.95, draws: 0 };
  expect(describeFinding('t', { kind: 'best-region', guarantee })).toBeNull();
});

it('says how good the best of uniform draws is', () => {
  const guarantee = { fastestPart: 0.0495, confidence: 0.95, draws: 59 };
  expect(describeFinding('t', { kind: 'best-region', guarantee })).toBe(
    'On t, the fastest stack is among the fastest 4.95 % of all, with 95 % confidence: 59 of the results are of uniform draws.',
  );
});

it('names the version that makes slow, and by how much', () => {
  const slow = {
    kind: 'slow-version',
    package: 'numpy',
    version: '1.26.0',
    slowdown: 1.4567,
    results: 40,
  } as const;
  expect(describeFinding('t', slow)).toBe(
    'On t, numpy 1.26.0 makes stacks slow or fail: as if they took 1.46 times as long as with its other versions, after 40 results.',
  );
});
