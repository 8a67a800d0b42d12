import { expect, it } from 'vitest';
import type { ApiClient } from '../../../../coordinator/cli/api-client.ts';
import { watchCampaign } from '../../../../coordinator/cli/watch-campaign.ts';
import type { CampaignProgress } from '../../../../coordinator/campaign/show-campaign.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { keptTerminal } from '../../../support/kept-terminal.ts';

const silence = (): TroopError => new TroopError('TROOP-1003', { url: 'there', reason: 'ECONNREFUSED' });

const inState = (state: string): CampaignProgress =>
  ({
    campaign: { name: 'one', state, definition: { trial: { blocks: 4 } } },
    totals: { planned: 2, decided: 1 },
    lanes: [],
    running: [],
    notes: [],
    remainingMs: null,
  }) as unknown as CampaignProgress;

/** What each question is answered with, the last for ever. */
function watch(answers: readonly (CampaignProgress | TroopError)[], timeoutMs: number | null = null) {
  let asked = 0;
  const get = (): Promise<CampaignProgress> => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer instanceof TroopError
      ? Promise.reject(answer)
      : Promise.resolve(answer as CampaignProgress);
  };
  const kept = keptTerminal();
  const clock = createFakeClock();
  const status = watchCampaign({
    api: { get } as unknown as ApiClient,
    terminal: kept.terminal,
    isJson: true,
    campaign: 'one',
    timeoutMs,
    clock,
  });
  return { clock, status, said: kept.stderr };
}

it('goes on when a coordinator that answered before is away for a while, and says so once each way', async () => {
  const { clock, status, said } = watch([inState('running'), silence(), silence(), inState('finished')]);
  await clock.advance(60_000);
  expect(await status).toBe(0);
  expect(said().match(/is asked again/g)).toHaveLength(1);
  expect(said().match(/answers again/g)).toHaveLength(1);
});

it('gives up at once where nobody has answered yet, and after five minutes where somebody did', async () => {
  await expect(watch([silence()]).status).rejects.toMatchObject({ code: 'TROOP-1003' });
  const { clock, status } = watch([inState('running'), silence()]);
  await Promise.all([expect(status).rejects.toMatchObject({ code: 'TROOP-1003' }), clock.advance(310_000)]);
});

it('gives up at once what is refused, and ends in time though nobody answers', async () => {
  const unknown = new TroopError('TROOP-1302', { campaign: 'one' });
  const refused = watch([inState('running'), unknown]);
  await Promise.all([
    expect(refused.status).rejects.toMatchObject({ code: 'TROOP-1302' }),
    refused.clock.advance(1_000),
  ]);
  const overdue = watch([inState('running'), silence()], 30_000);
  await overdue.clock.advance(60_000);
  expect(await overdue.status).toBe(8);
});
