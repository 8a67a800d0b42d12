// The numbers that stay when raw values are gone: for each decided stack and benchmark its absolute medians, and its
// ratio to the baseline with an interval, from the blocks of the epoch that closed the job and from no other.
import { CPU, FIRST_CALL, PEAK_MEMORY, scriptMetric, WALL } from '../../shared/measurement/benchmark.ts';
import type { MetricDefinition } from '../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import { estimateRatio } from '../../shared/measurement/estimate.ts';
import { summariseStack } from '../../shared/measurement/summarise.ts';
import { sqlFile, type Statement } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import type { PendingRow } from './decide.ts';
import type { JobRow } from './job-row.ts';

export const CONFIDENCE = 0.95;

export interface TrialNumbers {
  readonly row: JobRow;
  readonly blocks: readonly BlockRecord[];
  /** Keys. */
  readonly benchmarks: readonly string[];
  /** Its inspection is null where it has none. */
  readonly baseline: { readonly stackId: string; readonly inspectionId: string | null } | null;
  /** The inspections that this end has decided. */
  readonly decided: readonly PendingRow[];
}

interface MeasurementRow {
  readonly inspection_id: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly direction: string;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly launches: number;
}

interface ComparisonRow {
  readonly inspection_id: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly direction: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly degrees_of_freedom: number | null;
  readonly standard_error: number | null;
  readonly blocks: number;
  readonly insufficient: string | null;
  readonly candidate_median: number | null;
  readonly baseline_median: number | null;
}

const insertMeasurementsSql = sqlFile(import.meta.url, 'insert-measurements.sql');
const insertComparisonsSql = sqlFile(import.meta.url, 'insert-comparisons.sql');

/** The statements that store them; none where nothing was measured. */
export function storedNumbers(numbers: TrialNumbers): readonly Statement[] {
  const { row, baseline, decided } = numbers;
  if (numbers.blocks.length === 0) return [];
  const stacks = decided.map(({ id, stack_id: stackId }) => ({ inspectionId: id, stackId }));
  if (baseline !== null && baseline.inspectionId !== null) {
    stacks.push({ ...baseline, inspectionId: baseline.inspectionId });
  }
  const measurements = stacks.flatMap(({ inspectionId, stackId }) => measure(numbers, inspectionId, stackId));
  const measured = {
    sql: insertMeasurementsSql,
    values: [row.id, row.epoch, storableJson(measurements)],
  };
  return baseline === null ? [measured] : [comparisonsWith(numbers, baseline.stackId), measured];
}

function comparisonsWith(numbers: TrialNumbers, baselineStackId: string): Statement {
  const { row, decided } = numbers;
  const comparisons = decided.flatMap((inspection) => compare(numbers, inspection, baselineStackId));
  const values = [row.id, row.epoch, baselineStackId, CONFIDENCE, storableJson(comparisons)];
  return { sql: insertComparisonsSql, values };
}

/** The built-in metrics, and those that a script reported in any launch. */
function metricsOf(blocks: readonly BlockRecord[], benchmark: string): readonly MetricDefinition[] {
  const reported = blocks
    .flatMap((block) => block.pairs)
    .filter((pair) => pair.benchmark === benchmark)
    .flatMap((pair) => pair.launches)
    .flatMap((launch) => launch.values)
    .flatMap((value) => Object.keys(value.metrics ?? {}));
  const own = [WALL, CPU, PEAK_MEMORY, FIRST_CALL];
  const names = [...new Set(reported)].filter((name) => own.every((metric) => metric.name !== name));
  return [...own, ...names.toSorted().map(scriptMetric)];
}

function measure(numbers: TrialNumbers, inspectionId: string, stackId: string): MeasurementRow[] {
  const { blocks, benchmarks } = numbers;
  return benchmarks.flatMap((benchmark) =>
    metricsOf(blocks, benchmark).flatMap(({ name, unit, direction }) => {
      const summary = summariseStack(blocks, { benchmark, stackId, metric: name });
      if (summary === null) return [];
      return [{ inspection_id: inspectionId, benchmark, metric: name, unit, direction, ...summary }];
    }),
  );
}

function compare(
  { blocks, benchmarks }: TrialNumbers,
  { id, stack_id: candidateStackId }: PendingRow,
  baselineStackId: string,
): ComparisonRow[] {
  return benchmarks.flatMap((benchmark) =>
    metricsOf(blocks, benchmark).flatMap((metric): ComparisonRow[] => {
      const question = { benchmark, metric: metric.name };
      const estimate = estimateRatio(blocks, { ...question, candidateStackId, confidence: CONFIDENCE });
      if (estimate.blocks === 0) return [];
      const { name, unit, direction } = metric;
      const isKnown = 'ratio' in estimate;
      return [
        {
          inspection_id: id,
          benchmark,
          metric: name,
          unit,
          direction,
          ratio: isKnown ? estimate.ratio : null,
          low: isKnown ? estimate.low : null,
          high: isKnown ? estimate.high : null,
          degrees_of_freedom: isKnown ? estimate.degreesOfFreedom : null,
          standard_error: isKnown ? estimate.standardError : null,
          blocks: estimate.blocks,
          insufficient: isKnown ? null : estimate.insufficient,
          candidate_median:
            summariseStack(blocks, { ...question, stackId: candidateStackId })?.median ?? null,
          baseline_median: summariseStack(blocks, { ...question, stackId: baselineStackId })?.median ?? null,
        },
      ];
    }),
  );
}
