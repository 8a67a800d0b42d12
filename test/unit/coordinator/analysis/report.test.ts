import { describe, expect, it } from 'vitest';
import {
  makeReport,
  type ComparisonRow,
  type InspectionRow,
  type ReportInput,
} from '../../../../coordinator/analysis/report.ts';

const succeeded = (id: string, stackId: string, changes: Partial<InspectionRow> = {}): InspectionRow => ({
  id,
  target: 'linux_x86_64-cp311',
  lane: 'any',
  role: 'candidate',
  stackId,
  outcome: 'succeeded',
  cause: null,
  phase: null,
  code: null,
  message: null,
  ...changes,
});
const failed = (id: string, stackId: string, changes: Partial<InspectionRow> = {}): InspectionRow =>
  succeeded(id, stackId, {
    outcome: 'failed',
    cause: 'stack',
    phase: 'import',
    code: 'TROOP-1501',
    message: 'broken',
    ...changes,
  });
const compared = (
  inspectionId: string,
  ratio: number,
  changes: Partial<ComparisonRow> = {},
): ComparisonRow => ({
  inspectionId,
  benchmark: 'matmul',
  metric: 'wall',
  direction: 'lower',
  ratio,
  low: ratio * 0.99,
  high: ratio * 1.01,
  blocks: 8,
  insufficient: null,
  ...changes,
});

const report = (changes: Partial<ReportInput>) =>
  makeReport({
    campaign: { id: 'c', name: 'numpy', state: 'finished' },
    requirements: ['numpy'],
    planned: 4,
    roots: ['numpy'],
    stacks: ['0', '1', '2', '3'].map((digit) => ({
      stackId: `s${digit}`,
      packages: [{ name: 'numpy', version: `1.${digit}`, index: 'pip' }],
    })),
    inspections: [],
    comparisons: [],
    measurements: [],
    machines: [],
    builds: { built: 0, reused: 0, files: { needed: 0, reused: 0 } },
    notes: [],
    ...changes,
  });

describe('a report', () => {
  it('counts what was planned, decided, and how it ended', () => {
    const inspections = [
      succeeded('a', 's0'),
      failed('b', 's1'),
      succeeded('c', 's2', { outcome: null }),
      failed('d', 's3', { outcome: 'lost', cause: 'fleet' }),
      failed('e', 's3', { outcome: 'cancelled', cause: 'user' }),
      succeeded('base', 's0', { role: 'baseline' }),
    ];
    expect(report({ inspections, planned: 6 }).counts).toEqual({
      planned: 6,
      decided: 4,
      measured: 1,
      broken: 1,
      spoiled: 1,
      cancelled: 1,
      baselines: 1,
    });
    expect(
      report({ inspections })
        .failures.map(({ cause }) => cause)
        .toSorted(),
    ).toEqual(['fleet', 'stack']);
  });

  it('tells every lane of every target apart, the baseline first, then the fastest, the unmeasured last', () => {
    const inspections = [
      succeeded('slow', 's1'),
      failed('none', 's3'),
      succeeded('fast', 's2'),
      succeeded('base', 's0', { role: 'baseline' }),
      succeeded('other', 's0', { lane: 'avx2' }),
    ];
    const comparisons = [
      compared('slow', 1.2),
      compared('fast', 0.5),
      // Other metrics do not decide the order.
      compared('slow', 0.01, { metric: 'peak_memory' }),
    ];
    const { sections } = report({ inspections, comparisons });
    expect(sections.map(({ lane, lines }) => [lane, lines.map((line) => line.label)])).toEqual([
      ['any', ['numpy 1.0', 'numpy 1.2', 'numpy 1.1', 'numpy 1.3']],
      ['avx2', ['numpy 1.0']],
    ]);
  });

  it('orders by the geometric mean of several benchmarks', () => {
    const inspections = [succeeded('a', 's1'), succeeded('b', 's2')];
    const comparisons = [
      compared('a', 4),
      compared('a', 0.2, { benchmark: 'fft' }),
      compared('b', 1),
      compared('b', 1, { benchmark: 'fft' }),
    ];
    expect(
      report({ inspections, comparisons }).sections[0]?.lines.map(({ inspectionId }) => inspectionId),
    ).toEqual(['a', 'b']);
  });

  it('says of every ratio how sure it is, or why there is none', () => {
    const insufficient = {
      ratio: null,
      low: null,
      high: null,
      blocks: 2,
      insufficient: 'only 2 blocks count',
    };
    const comparisons = [
      compared('a', 0.5),
      compared('a', 2, { metric: 'rate', direction: 'higher' }),
      compared('a', 1, { benchmark: 'fft', ...insufficient }),
    ];
    const { sections } = report({ inspections: [succeeded('a', 's1')], comparisons });
    expect(sections[0]?.lines[0]?.ratios).toEqual([
      expect.objectContaining({ benchmark: 'matmul', ratio: 0.5, verdict: 'better', reason: null }),
      expect.objectContaining({ metric: 'rate', ratio: 2, verdict: 'better' }),
      expect.objectContaining({
        benchmark: 'fft',
        ratio: null,
        verdict: null,
        reason: 'only 2 blocks count',
      }),
    ]);
  });

  it('groups failures by whose they are and why, the most frequent first', () => {
    const inspections = [
      failed('a', 's1', { cause: 'fleet', phase: 'fetch', code: 'TROOP-1403', message: 'no network' }),
      failed('b', 's2'),
      failed('c', 's1'),
      failed('d', 's1', { lane: 'avx2' }),
      failed('e', 's3', { phase: 'run' }),
      succeeded('f', 's0', { outcome: null }),
    ];
    expect(
      report({ inspections }).failures.map(({ cause, phase, code, labels, inspections: many }) => [
        cause,
        phase,
        code,
        labels.join(' / '),
        many,
      ]),
    ).toEqual([
      ['stack', 'import', 'TROOP-1501', 'numpy 1.1 / numpy 1.2', 3],
      ['fleet', 'fetch', 'TROOP-1403', 'numpy 1.1', 1],
      ['stack', 'run', 'TROOP-1501', 'numpy 1.3', 1],
    ]);
  });
});
