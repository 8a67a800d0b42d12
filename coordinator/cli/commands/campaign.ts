// `troop campaign create|list|show|watch|report|pause|resume|cancel`
import { dirname, resolve } from 'node:path';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { readBoundedFile } from '../../../shared/runtime/bounded-file.ts';
import { printable } from '../../../shared/terminal/printable.ts';
import { tableLines } from '../../../shared/terminal/table.ts';
import type { Report } from '../../analysis/report.ts';
import { completeCampaignFile, parseCampaignFile } from '../../campaign/campaign-file.ts';
import type { CreatedCampaign } from '../../campaign/create-campaign.ts';
import type { CampaignProgress, CampaignRecord, CampaignSummary } from '../../campaign/show-campaign.ts';
import { MAX_FILE_BYTES, readText } from '../request-flags.ts';
import { openContext, type CommonFlags } from '../command-context.ts';
import { indexesOfCoordinator } from '../known-indexes.ts';
import { atMostOnce } from '../../../shared/runtime/at-most-once.ts';
import { reportLines } from '../report-lines.ts';
import { watchCampaign } from '../watch-campaign.ts';

export async function createCampaignCommand(
  flags: CommonFlags & { file: string; snapshot: string },
): Promise<number> {
  const path = resolve(flags.file);
  const context = atMostOnce(() => openContext(flags));
  const text = await readText(path);
  const notes: string[] = [];
  const campaign = await completeCampaignFile(
    parseCampaignFile(text),
    (name) => readBoundedFile(resolve(dirname(path), name), MAX_FILE_BYTES),
    (note) => notes.push(note),
    indexesOfCoordinator(async () => (await context()).api, flags.snapshot),
  );
  const { api, answer, terminal } = await context();
  for (const note of notes) terminal.say(`note: ${note}`);
  const created = await api.post<CreatedCampaign>('/campaigns', { campaign, snapshot: flags.snapshot });
  for (const note of created.notes) terminal.say(`note: ${printable(note)}`);
  answer(created, ({ name, id, isNew }) => [`${isNew ? 'created' : 'was there already'}: ${name} (${id})`]);
  if (flags.json !== true) terminal.say(`next: troop campaign watch ${created.name}`);
  return 0;
}

export async function listCampaignsCommand(flags: CommonFlags): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  answer(await api.get<{ items: readonly CampaignSummary[] }>('/campaigns'), ({ items }) =>
    tableLines(
      terminal,
      [{ title: 'campaign' }, { title: 'state' }, { title: 'decided', align: 'right' }, { title: 'made' }],
      items.map((one) => [one.name, one.state, `${one.decided}/${one.planned}`, String(one.created_at)]),
    ),
  );
  return 0;
}

export async function showCampaignCommand(campaign: string, flags: CommonFlags): Promise<number> {
  const { api, answer } = await openContext(flags);
  const progress = await api.get<CampaignProgress>(`/campaigns/${encodeURIComponent(campaign)}/progress`);
  answer(progress, ({ campaign: record, totals, lanes, notes }) => [
    `${record.name}  ${record.state}  ${totals.decided}/${totals.planned} decided  ${record.id}`,
    `requirements  ${record.definition.requirements.join(', ')}`,
    `sampling      ${strategyOf(record.definition.sampling)}, ${record.definition.sampling.count} stacks, seed ${record.definition.sampling.seed}`,
    `knowledge     ${record.knowledge_snapshot_id}`,
    ...lanes.map(
      (lane) =>
        `${lane.lane} on ${lane.target}: ${lane.succeeded} ok, ${lane.failed} broken, ${lane.spoiled} not comparable, ${lane.pending} pending`,
    ),
    ...notes.map((note) => `note: ${note.text}`),
  ]);
  return 0;
}

/** Of a mix each strategy with its share. */
export function strategyOf({ strategy, mix = [] }: CampaignRecord['definition']['sampling']): string {
  if (strategy !== undefined) return strategy;
  return mix.map((part) => `${(part.share * 100).toFixed(0)} % ${part.strategy}`).join(' + ');
}

export async function watchCampaignCommand(
  campaign: string,
  flags: CommonFlags & { timeout?: string },
): Promise<number> {
  const { api, terminal, isJson } = await openContext(flags);
  const timeoutMs = flags.timeout === undefined ? null : Number(flags.timeout) * 1000;
  if (timeoutMs !== null && !(timeoutMs >= 0)) {
    throw new TroopError('TROOP-1002', {
      what: '--timeout',
      reason: `'${flags.timeout}' is no number of seconds`,
    });
  }
  return await watchCampaign({ api, terminal, isJson, campaign, timeoutMs });
}

export async function reportCampaignCommand(campaign: string, flags: CommonFlags): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  answer(await api.get<Report>(`/campaigns/${encodeURIComponent(campaign)}/report`), (report) =>
    reportLines(terminal, report),
  );
  return 0;
}

export async function orderCampaignCommand(
  order: 'pause' | 'resume' | 'cancel',
  campaign: string,
  flags: CommonFlags,
): Promise<number> {
  const { api, answer } = await openContext(flags);
  const record = await api.post<CampaignRecord>(`/campaigns/${encodeURIComponent(campaign)}/${order}`);
  answer(record, ({ name, state }) => [`${name} is ${state}`]);
  return 0;
}
