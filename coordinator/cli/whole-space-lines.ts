// What the sample says about all valid stacks, in sentences.
import { plural } from '../../shared/terminal/format.ts';
import type { Report } from '../analysis/report.ts';
import type { WholeSpace } from '../analysis/whole-space.ts';

export function wholeSpaceLines({ wholeSpaces }: Pick<Report, 'wholeSpaces'>): readonly string[] {
  return wholeSpaces.flatMap((space, index) => [...(index === 0 ? [''] : []), ...sentencesOf(space)]);
}

function sentencesOf(space: WholeSpace): readonly string[] {
  const { share, low, high } = space.brokenShare;
  const interval = low === high ? 'exactly' : `95 % interval ${percent(low)}–${percent(high)}`;
  const stacks = plural(space.decided, `${space.strategy} stack`);
  const kind = space.method === 'hajek' ? `${stacks}, weighted` : stacks;
  return [
    `of all valid stacks${sizeOf(space)}${besides(space)} on ${space.lane}, ${space.target}: ${percent(share)} fail by their own fault (${interval}), ` +
      `from ${kind}, ${space.broken} of them broken${restOf(space)}`,
    ...(space.fastestShare === null
      ? []
      : [
          `  the fastest of these ${space.decided} is among the fastest ${percent(space.fastestShare)} of all, with 95 % confidence`,
        ]),
  ];
}

function sizeOf({ log10Stacks }: WholeSpace): string {
  if (log10Stacks === null) return '';
  if (log10Stacks < 6) return ` (${plural(Math.round(10 ** log10Stacks), 'stack')})`;
  return ` (10^${log10Stacks.toFixed(1)})`;
}

/** Among many stacks a few more or less make no difference. */
function besides({ method, baselines }: WholeSpace): string {
  return method === 'hypergeometric' && baselines > 0 ? ` besides ${plural(baselines, 'baseline')}` : '';
}

function restOf({ pending, spoiled }: WholeSpace): string {
  const parts = [
    ...(pending > 0 ? [`${pending} more pending`] : []),
    ...(spoiled > 0 ? [`${spoiled} left out that ended by the fault of others`] : []),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

/** With as many digits as a share of that size deserves. */
function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}
