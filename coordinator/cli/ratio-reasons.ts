// Why there is no ratio, in words; the closed list is that of the estimate.
import { MINIMUM_BLOCKS } from '../../shared/measurement/estimate.ts';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['no_blocks', 'no ratio: never measured beside the baseline'],
  ['too_few_blocks', `no ratio of fewer than ${MINIMUM_BLOCKS} blocks`],
  ['not_positive', 'no ratio: not all numbers are above 0'],
  ['not_finite', 'no ratio: the numbers are too far apart'],
]);

/** `reason`: what `estimateRatio` calls insufficient. */
export const ratioReason = (reason: string | null): string =>
  reason === null ? 'no ratio' : (REASONS.get(reason) ?? `no ratio: ${reason}`);
