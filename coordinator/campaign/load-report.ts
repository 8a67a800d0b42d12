// Gathers what a campaign's report is made of; what it says is decided in coordinator/analysis, which is pure.
import { describeMachine } from '../../shared/machine/describe-machine.ts';
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { describeFinding, type Finding } from '../analysis/describe-finding.ts';
import {
  makeReport,
  type ComparisonRow,
  type InspectionRow,
  type MeasurementRow,
  type Report,
} from '../analysis/report.ts';
import type { LabelledStack } from '../analysis/stack-label.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { campaignProgress } from './show-campaign.ts';

interface StoredInspection extends Omit<InspectionRow, 'stackId' | 'environmentId'> {
  readonly environment_id: string;
  readonly stack_id: string;
  readonly packages: LabelledStack['packages'];
}
interface StoredComparison extends Omit<ComparisonRow, 'inspectionId'> {
  readonly inspection_id: string;
}
interface StoredMeasurement extends Omit<MeasurementRow, 'inspectionId'> {
  readonly inspection_id: string;
}
type Row<Type> = { [Key in keyof Type]: Type[Key] };

const readInspections = sqlFile<Row<StoredInspection>>(import.meta.url, 'read-report-inspections.sql');
const readComparisons = sqlFile<Row<StoredComparison>>(import.meta.url, 'read-report-comparisons.sql');
const readMeasurements = sqlFile<Row<StoredMeasurement>>(import.meta.url, 'read-report-measurements.sql');
const readMachines = sqlFile<{ name: string; fingerprint: Fingerprint | null }>(
  import.meta.url,
  'read-report-machines.sql',
);
const readFindings = sqlFile<{ target: string; finding: Finding }>(
  import.meta.url,
  'read-report-findings.sql',
);
const readBuilds = sqlFile<Report['builds']>(import.meta.url, 'read-report-builds.sql');

/** By id or name. Throws TROOP-1304. */
export async function loadReport(client: Queryable, campaign: string): Promise<Report> {
  const { campaign: record, notes, totals } = await campaignProgress(client, campaign);
  const inspections = await queryRows(client, readInspections, [record.id]);
  const comparisons = await queryRows(client, readComparisons, [record.id]);
  const measurements = await queryRows(client, readMeasurements, [record.id]);
  const machines = await queryRows(client, readMachines, [record.id]);
  const findings = await queryRows(client, readFindings, [record.id]);
  const builds = await queryOne(client, readBuilds, [record.id]);
  const { requirements, baseline } = record.definition;
  return makeReport({
    campaign: { id: record.id, name: record.name, state: record.state },
    requirements,
    planned: totals.planned,
    isBaselineOfSpace: baseline === 'latest',
    roots: requirements.map((requirement) => parseRequirement(requirement).name),
    stacks: [
      ...new Map(
        inspections.map(({ stack_id: stackId, packages }) => [stackId, { stackId, packages }]),
      ).values(),
    ],
    inspections: inspections.map(
      ({ stack_id: stackId, environment_id: environmentId, packages: _packages, ...row }) => ({
        ...row,
        stackId,
        environmentId,
      }),
    ),
    comparisons: comparisons.map(({ inspection_id: inspectionId, ...row }) => ({ ...row, inspectionId })),
    measurements: measurements.map(({ inspection_id: inspectionId, ...row }) => ({ ...row, inspectionId })),
    machines: machines.map(({ name, fingerprint }) => ({
      name,
      facts: fingerprint === null ? [] : describeMachine(fingerprint),
    })),
    builds: builds ?? { built: 0, reused: 0, files: { needed: 0, reused: 0 } },
    notes: [
      ...notes.map((note) => note.text),
      ...findings.flatMap(({ target, finding }) => describeFinding(target, finding) ?? []),
    ],
  });
}
