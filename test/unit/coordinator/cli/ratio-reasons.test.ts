import { expect, test } from 'vitest';
import { ratioReason } from '../../../../coordinator/cli/ratio-reasons.ts';
import { estimateRatio } from '../../../../shared/measurement/estimate.ts';

test('why there is no ratio is said in words, of which none is a name from the code', () => {
  const question = { benchmark: 'b', candidateStackId: 'c', metric: 'wall', confidence: 0.95 };
  const none = estimateRatio([], question);
  const reasons = [
    'too_few_blocks',
    'not_positive',
    'not_finite',
    'insufficient' in none ? none.insufficient : '',
  ];
  for (const reason of reasons) expect(ratioReason(reason)).toMatch(/^no ratio[^_]*$/);
  expect(ratioReason('too_few_blocks')).toBe('no ratio of fewer than 4 blocks');
  expect(ratioReason(null)).toBe('no ratio');
});
