// Live progress of a campaign until it is over. ^C stops watching, not the campaign; a coordinator that is started again meanwhile does
// neither.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { systemClock, type Clock } from '../../shared/runtime/clock.ts';
import { formatDuration, plural } from '../../shared/terminal/format.ts';
import { bar, createProgressBlock } from '../../shared/terminal/progress-block.ts';
import type { Terminal } from '../../shared/terminal/terminal.ts';
import type { CampaignProgress, LaneProgress, RunningTrial } from '../campaign/show-campaign.ts';
import type { ApiClient } from './api-client.ts';

export interface WatchOptions {
  readonly api: ApiClient;
  readonly terminal: Terminal;
  /** One JSON line a change on stdout in place of the display. */
  readonly isJson: boolean;
  readonly campaign: string;
  /** Null: until it is over. */
  readonly timeoutMs: number | null;
  readonly onProgress?: (progress: CampaignProgress) => void;
  readonly clock?: Clock;
}

const POLL_MS = 400;
/** A coordinator that has answered once may be silent for that long. */
const PATIENCE_MS = 300_000;
const AGAIN_MS = 2_000;
const UNREACHABLE = 3;
const MOST_TRIALS_SHOWN = 6;
const STILL_RUNNING = 8;

/**
 * 0 when it finished, 1 when it was cancelled, 8 when the time was over first. Throws what the first question is answered with, and
 * that nobody answers (TROOP-1003, TROOP-16xx) once that has lasted for five minutes.
 */
export async function watchCampaign(options: WatchOptions): Promise<number> {
  const { terminal, timeoutMs, clock = systemClock } = options;
  const startedMs = clock.monotonicMs();
  const block = createProgressBlock(terminal, clock);
  const isOverdue = (): boolean => timeoutMs !== null && clock.monotonicMs() - startedMs >= timeoutMs;
  const say = (text: string): void => {
    block.finish();
    terminal.say(text);
  };
  const ask = patient({ ...options, clock, isOverdue, say });
  let last = '';
  for (;;) {
    const progress = await ask();
    if (progress === null) {
      block.finish();
      return STILL_RUNNING;
    }
    options.onProgress?.(progress);
    const summary = summaryOf(progress);
    if (options.isJson && summary !== last) {
      terminal.out(
        JSON.stringify({ state: progress.campaign.state, totals: progress.totals, lanes: progress.lanes }),
      );
    } else if (!options.isJson) block.show(blockLines(terminal, progress), summary);
    last = summary;
    const { state } = progress.campaign;
    if (state === 'finished' || state === 'cancelled') {
      block.finish();
      return state === 'finished' ? 0 : 1;
    }
    if (isOverdue()) {
      block.finish();
      return STILL_RUNNING;
    }
    await clock.sleep(POLL_MS);
  }
}

/** Asks for the progress, again and again where somebody answered before and nobody does now; null when the time is over. */
function patient({
  api,
  campaign,
  clock,
  isOverdue,
  say,
}: Pick<WatchOptions, 'api' | 'campaign'> & {
  readonly clock: Clock;
  readonly isOverdue: () => boolean;
  readonly say: (text: string) => void;
}): () => Promise<CampaignProgress | null> {
  let answeredMs: number | null = null;
  return async () => {
    for (let silences = 0; ; silences++) {
      try {
        const progress = await api.get<CampaignProgress>(
          `/campaigns/${encodeURIComponent(campaign)}/progress`,
        );
        if (silences > 0) say('the coordinator answers again');
        answeredMs = clock.monotonicMs();
        return progress;
      } catch (error) {
        const isSilent = error instanceof TroopError && error.exitCode === UNREACHABLE;
        const isHopeless = answeredMs === null || clock.monotonicMs() - answeredMs >= PATIENCE_MS;
        if (!isSilent || isHopeless) throw error;
        if (isOverdue()) return null;
        if (silences === 0) say(`${error.message}; it is asked again for five minutes`);
        await clock.sleep(AGAIN_MS);
      }
    }
  };
}

function blockLines(terminal: Terminal, progress: CampaignProgress): readonly string[] {
  const { campaign, totals, lanes, notes, remainingMs } = progress;
  const share = totals.planned === 0 ? 0 : totals.decided / totals.planned;
  const eta = remainingMs === null ? '' : `  about ${formatDuration(remainingMs)} left`;
  return [
    `campaign ${terminal.style('bold', campaign.name)}  ${campaign.state}  ${bar(share, 24)}  ${totals.decided}/${totals.planned} inspections${eta}`,
    ...lanes.map((lane) => `  ${laneLine(lane)}`),
    ...progress.running
      .slice(0, MOST_TRIALS_SHOWN)
      .map((trial) => `    ${trialLine(trial, campaign.definition.trial.blocks)}`),
    ...notes.slice(-3).map((note) => `  note: ${note.text}`),
  ];
}

function laneLine(lane: LaneProgress): string {
  const counts = [
    `${lane.succeeded} ok`,
    ...(lane.failed > 0 ? [`${lane.failed} broken`] : []),
    ...(lane.spoiled > 0 ? [`${lane.spoiled} not comparable`] : []),
    `${lane.pending} pending`,
  ];
  const work = lane.claimed > 0 ? `, ${plural(lane.claimed, 'machine')} busy` : '';
  const waits =
    lane.pending > 0 && lane.unserviceable_reason !== null
      ? `; nobody can serve it: ${lane.unserviceable_reason}`
      : '';
  return `${lane.lane} on ${lane.target}: ${counts.join(', ')}${work}${waits}`;
}

/** A trial builds all its stacks first, then measures them block by block. */
function trialLine({ machine, lane, stacks, built, blocks }: RunningTrial, planned: number): string {
  const isBuilding = blocks === 0 && built < stacks;
  const work = isBuilding
    ? `building ${built}/${stacks}`
    : `measuring ${bar(blocks / planned, 12)} block ${blocks}/${planned}`;
  return `${machine} (${lane}): ${work}`;
}

const summaryOf = ({ campaign, totals, lanes }: CampaignProgress): string =>
  `campaign ${campaign.name} ${campaign.state} ${totals.decided}/${totals.planned} (${lanes.map(laneLine).join('; ')})`;
