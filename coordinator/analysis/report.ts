// A campaign's answer as one value: every stack with its ratios and how sure they are, what broke by whose doing and
// why, and the machines that measured. The CLI prints it, the API sends it.
import type { Cause, Outcome, Phase } from '../../shared/inspection/outcome.ts';
import type { SampledFrom } from '../monkey/strategies/sampled-from.ts';
import { labelStacks, type LabelledStack } from './stack-label.ts';
import { verdictOn, type Direction, type VerdictWord } from './verdict.ts';
import { wholeSpaces, type SampledInspection, type WholeSpace } from './whole-space.ts';

export interface InspectionRow extends Omit<SampledInspection, 'environmentId' | 'sampling'> {
  readonly id: string;
  readonly phase: Phase | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly environmentId?: string;
  /** Where a sampled stack came from; null or absent where that is not known. */
  readonly sampling?: SampledFrom | null;
}

export interface ComparisonRow {
  readonly inspectionId: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly direction: Direction;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly blocks: number;
  readonly insufficient: string | null;
}

export interface MeasurementRow {
  readonly inspectionId: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
}

export interface ReportInput {
  readonly campaign: { readonly id: string; readonly name: string; readonly state: string };
  readonly requirements: readonly string[];
  /** Candidates on all lanes that the campaign wants. */
  readonly planned: number;
  /** Names of the projects that were asked for. */
  readonly roots: readonly string[];
  readonly stacks: readonly LabelledStack[];
  readonly inspections: readonly InspectionRow[];
  readonly comparisons: readonly ComparisonRow[];
  readonly measurements: readonly MeasurementRow[];
  readonly machines: readonly ReportMachine[];
  readonly builds: {
    readonly built: number;
    readonly reused: number;
    /** Of the environments that were built anew. */
    readonly files: { readonly needed: number; readonly reused: number };
  };
  readonly notes: readonly string[];
  /** Whether baselines are stacks of the space that is sampled, not what somebody brought. */
  readonly isBaselineOfSpace?: boolean;
}

export interface ReportMachine {
  readonly name: string;
  readonly facts: readonly string[];
}

export interface ReportRatio {
  readonly benchmark: string;
  readonly metric: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly blocks: number;
  readonly verdict: VerdictWord | null;
  /** Why there is no ratio. */
  readonly reason: string | null;
}

export interface ReportValue {
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
}

export interface ReportLine {
  readonly inspectionId: string;
  readonly stackId: string;
  readonly label: string;
  readonly role: 'baseline' | 'candidate';
  readonly outcome: Outcome | null;
  readonly ratios: readonly ReportRatio[];
  readonly values: readonly ReportValue[];
}

export interface ReportSection {
  readonly target: string;
  readonly lane: string;
  readonly lines: readonly ReportLine[];
}

export interface ReportFailure {
  readonly cause: Cause;
  readonly phase: Phase | null;
  readonly code: string;
  readonly message: string;
  readonly labels: readonly string[];
  readonly inspections: number;
}

/** Of candidates on all lanes; baselines are counted apart, since nobody asked for them. */
export interface ReportCounts {
  /** What the campaign wants, sampled yet or not. */
  readonly planned: number;
  readonly decided: number;
  readonly measured: number;
  /** Broken by the stack, the script or the user's own settings. */
  readonly broken: number;
  /** Given up after failures of the fleet. */
  readonly spoiled: number;
  readonly cancelled: number;
  readonly baselines: number;
}

export interface Report {
  readonly campaign: ReportInput['campaign'];
  readonly requirements: readonly string[];
  readonly counts: ReportCounts;
  readonly sections: readonly ReportSection[];
  /** What the sample says about all valid stacks, for each environment and lane that it says something about. */
  readonly wholeSpaces: readonly WholeSpace[];
  readonly failures: readonly ReportFailure[];
  readonly machines: readonly ReportMachine[];
  readonly builds: ReportInput['builds'];
  readonly notes: readonly string[];
}

export function makeReport(input: ReportInput): Report {
  const labels = labelStacks(input.stacks, input.roots);
  const labelOf = (stackId: string): string => labels.get(stackId) ?? stackId;
  const decided = input.inspections.filter((inspection) => inspection.outcome !== null);
  return {
    campaign: input.campaign,
    requirements: input.requirements,
    counts: countsOf(input),
    sections: sectionsOf(input, labelOf),
    wholeSpaces: wholeSpaces(
      input.inspections.map(({ environmentId = '', sampling = null, ...row }) => ({
        ...row,
        environmentId,
        sampling,
      })),
      input,
    ),
    failures: failuresOf(decided, labelOf),
    machines: input.machines,
    builds: input.builds,
    notes: input.notes,
  };
}

function countsOf({ inspections, planned }: ReportInput): ReportCounts {
  const candidates = inspections.filter(({ role }) => role === 'candidate');
  const count = (matches: (row: InspectionRow) => boolean): number => candidates.filter(matches).length;
  const isBad = ({ outcome }: InspectionRow): boolean =>
    outcome !== null && outcome !== 'succeeded' && outcome !== 'cancelled';
  return {
    planned,
    decided: count(({ outcome }) => outcome !== null),
    measured: count(({ outcome }) => outcome === 'succeeded'),
    broken: count((row) => isBad(row) && row.cause !== 'fleet'),
    spoiled: count((row) => isBad(row) && row.cause === 'fleet'),
    cancelled: count(({ outcome }) => outcome === 'cancelled'),
    baselines: inspections.length - candidates.length,
  };
}

function sectionsOf(input: ReportInput, labelOf: (stackId: string) => string): readonly ReportSection[] {
  const ratios = groupBy(input.comparisons, (row) => row.inspectionId);
  const values = groupBy(input.measurements, (row) => row.inspectionId);
  const sections = groupBy(input.inspections, (row) => `${row.target}\n${row.lane}`);
  return [...sections.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const lines = rows.map((row): ReportLine => ({
      inspectionId: row.id,
      stackId: row.stackId,
      label: labelOf(row.stackId),
      role: row.role,
      outcome: row.outcome,
      ratios: (ratios.get(row.id) ?? []).map(ratioOf),
      values: (values.get(row.id) ?? []).map(({ benchmark, metric, unit, median }) => ({
        benchmark,
        metric,
        unit,
        median,
      })),
    }));
    return [{ target: first.target, lane: first.lane, lines: lines.toSorted(byRoleAndRatio) }];
  });
}

function ratioOf(row: ComparisonRow): ReportRatio {
  const { benchmark, metric, ratio, low, high, blocks, insufficient } = row;
  const verdict = low === null || high === null ? null : verdictOn({ low, high }, row.direction);
  return { benchmark, metric, ratio, low, high, blocks, verdict, reason: insufficient };
}

/** The baseline first, then the fastest. */
function byRoleAndRatio(left: ReportLine, right: ReportLine): number {
  if (left.role !== right.role) return left.role === 'baseline' ? -1 : 1;
  return meanRatio(left) - meanRatio(right) || (left.label < right.label ? -1 : 1);
}

/** Geometric mean of the wall ratios; what has none comes last. */
function meanRatio(line: ReportLine): number {
  const logs = line.ratios.flatMap(({ metric, ratio }) =>
    metric === 'wall' && ratio !== null ? [Math.log(ratio)] : [],
  );
  return logs.length === 0 ? Infinity : Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

function failuresOf(
  decided: readonly InspectionRow[],
  labelOf: (stackId: string) => string,
): readonly ReportFailure[] {
  const failed = decided.filter(
    (row) => row.outcome !== 'succeeded' && row.outcome !== 'cancelled' && row.cause !== null,
  );
  return [...groupBy(failed, (row) => `${row.cause}\n${row.phase}\n${row.code}`).values()]
    .flatMap((rows): ReportFailure[] => {
      const [first] = rows;
      if (first === undefined || first.cause === null) return [];
      return [
        {
          cause: first.cause,
          phase: first.phase,
          code: first.code ?? 'TROOP-1001',
          message: first.message ?? '',
          labels: [...new Set(rows.map((row) => labelOf(row.stackId)))].toSorted(),
          inspections: rows.length,
        },
      ];
    })
    .toSorted((left, right) => right.inspections - left.inspections || (left.code < right.code ? -1 : 1));
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
