// `troop inspection list|show|logs|why`
import type { PhaseLog } from '../../inspections/inspection-log.ts';
import type { InspectionDetails, InspectionRow } from '../../inspections/show-inspection.ts';
import { formatQuantity, plural } from '../../../shared/terminal/format.ts';
import { tableLines } from '../../../shared/terminal/table.ts';
import { openContext, type CommonFlags } from '../command-context.ts';
import { ratioReason } from '../ratio-reasons.ts';

export interface ListFlags extends CommonFlags {
  readonly campaign?: string;
  readonly lane?: string;
  readonly outcome?: string;
  readonly limit: string;
}

export async function listInspectionsCommand(flags: ListFlags): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  const query = new URLSearchParams({ limit: flags.limit });
  for (const name of ['campaign', 'lane', 'outcome'] as const) {
    const value = flags[name];
    if (value !== undefined) query.set(name, value);
  }
  answer(
    await api.get<{ items: readonly InspectionRow[] }>(`/inspections?${query.toString()}`),
    ({ items }) =>
      tableLines(
        terminal,
        [
          { title: 'inspection' },
          { title: 'campaign' },
          { title: 'lane' },
          { title: 'role' },
          { title: 'state' },
          { title: 'cause' },
          { title: 'code' },
        ],
        items.map((row) => [
          row.id,
          row.campaign_name,
          row.lane,
          row.role,
          row.outcome ?? row.state,
          row.cause ?? '',
          row.code ?? '',
        ]),
      ),
  );
  return 0;
}

export async function showInspectionCommand(id: string, flags: CommonFlags): Promise<number> {
  const { api, answer } = await openContext(flags);
  answer(await api.get<InspectionDetails>(`/inspections/${encodeURIComponent(id)}`), describe);
  return 0;
}

function describe({
  inspection,
  stack,
  comparisons,
  measurements,
  holds,
}: InspectionDetails): readonly string[] {
  const failure =
    inspection.code === null
      ? []
      : [
          `[${inspection.code}] ${inspection.message ?? ''}`,
          ...(inspection.hint === null ? [] : [`hint: ${inspection.hint}`]),
        ];
  return [
    `${inspection.id}  ${inspection.outcome ?? inspection.state}  ${inspection.campaign_name}, ${inspection.role} on ${inspection.lane} ${inspection.target}`,
    ...(inspection.cause === null ? [] : [`cause ${inspection.cause}, phase ${inspection.phase ?? '?'}`]),
    ...failure,
    ...(inspection.excerpt === null
      ? []
      : [
          'last words:',
          ...inspection.excerpt
            .trimEnd()
            .split('\n')
            .slice(-12)
            .map((line) => `  ${line}`),
        ]),
    `stack ${stack.stack_id}`,
    ...stack.packages.map(
      (one) => `  ${one.name} ${one.version} (${one.index}) ${one.files[0]?.filename ?? ''}`,
    ),
    ...comparisons.map(
      (one) =>
        `${one.benchmark} ${one.metric}: ${one.ratio === null ? ratioReason(one.insufficient) : `${one.ratio.toFixed(4)} (${(one.low ?? NaN).toFixed(4)}–${(one.high ?? NaN).toFixed(4)}) of the baseline, ${one.blocks} blocks`}`,
    ),
    ...measurements.map(
      (one) =>
        `${one.benchmark} ${one.metric}: median ${formatQuantity(one.median, one.unit)} over ${plural(one.launches, 'launch', 'launches')}`,
    ),
    ...holds.map(
      (hold) =>
        `held by ${hold.agent_name} (epoch ${hold.epoch}) from ${String(hold.claimed_at)}: ${hold.ending ?? 'running'}${hold.reason === null ? '' : `, ${hold.reason}`}`,
    ),
  ];
}

export async function inspectionLogsCommand(id: string, flags: CommonFlags): Promise<number> {
  const { api, answer } = await openContext(flags);
  answer(
    await api.get<{ items: readonly PhaseLog[] }>(`/inspections/${encodeURIComponent(id)}/logs`),
    ({ items }) =>
      items.length === 0
        ? ['no log has come yet']
        : items.flatMap((log) => [
            `== ${log.phase}, epoch ${log.epoch}${log.missingParts > 0 ? `, ${log.missingParts} parts are missing` : ''}`,
            log.text.trimEnd(),
          ]),
  );
  return 0;
}

export async function whyCommand(id: string, flags: CommonFlags): Promise<number> {
  const { api, answer } = await openContext(flags);
  answer(
    await api.get<{ reasons: readonly string[] }>(`/inspections/${encodeURIComponent(id)}/why`),
    ({ reasons }) => reasons,
  );
  return 0;
}
