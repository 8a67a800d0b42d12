// The stream of a campaign through the sampling engine: the default mix, with where each stack came from, across a restart.
import { describe, expect, it } from 'vitest';
import { createSamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import type { LearnedResults } from '../../../../coordinator/monkey/strategies/strategy.ts';
import type { DrawRequest } from '../../../../coordinator/sampling/streams.ts';
import { linux311 } from '../../../support/monkey/knowledge.ts';
import { madeUpSnapshot } from '../../../support/monkey/made-up-snapshot.ts';

const snapshot = madeUpSnapshot(6);
const log: LearnedResults[] = [];
const engine = () =>
  createSamplingEngine(async () => Promise.resolve(snapshot), {
    tellings: async ({ tellings }, from) => Promise.resolve(log.slice(from, tellings)),
    numbers: async () => Promise.resolve(new Map()),
  });
const request: DrawRequest = {
  space: {
    snapshotId: snapshot.id,
    requirements: ['plots>=0.2'],
    constraints: [],
    environment: linux311,
    indexes: ['pip'],
    policy: {},
  },
  sampling: {},
  seed: '7',
  planned: 30,
  cursor: null,
};

describe('a draw by the default mix', () => {
  it('says of each stack where it came from, and goes on after a restart where it stopped', async () => {
    const whole = await engine().draw(request, 20);
    expect(whole.stacks).toHaveLength(20);
    expect(new Set(whole.origins.map((origin) => origin?.strategy))).toContain('coverage');
    expect(whole.origins.filter((origin) => origin?.strategy === 'uniform').length).toBeGreaterThan(7);
    const begun = await engine().draw(request, 9);
    const rest = await engine().draw({ ...request, cursor: begun.cursor }, 11);
    expect([...begun.stacks, ...rest.stacks]).toEqual(whole.stacks);
    expect([...begun.origins, ...rest.origins]).toEqual(whole.origins);
    expect(rest.cursor).toEqual(whole.cursor);
  });
});

describe('a stream that is kept', () => {
  const told = (tellings: number): DrawRequest => ({
    ...request,
    sampling: { strategy: 'adaptive', parameters: { warmUp: 1 } },
    learned: { id: 'log', tellings },
  });
  const slowAt = (...positions: number[]) => positions.map((position) => ({ position, logRatio: position }));

  it('is taken up anew where it has missed what its log has it told before', async () => {
    log.push({ emitted: 3, results: slowAt(0, 1) }, { emitted: 6, results: slowAt(2, 3) });
    const kept = engine();
    const first = await kept.draw(told(0), 3);
    const begun = await kept.draw({ ...told(1), cursor: first.cursor }, 6);
    const rest = await kept.draw({ ...told(2), cursor: begun.cursor }, 5);
    expect(rest).toEqual(await engine().draw({ ...told(2), cursor: begun.cursor }, 5));
    expect(rest).not.toEqual(await engine().draw({ ...told(1), cursor: begun.cursor }, 5));
  });

  it('is not kept when it failed at its work', async () => {
    log.splice(0, 2, { emitted: 3, results: slowAt(0) }, { emitted: 3, results: slowAt(5) });
    const kept = engine();
    const begun = await kept.draw(told(0), 3);
    const again = { ...told(2), cursor: begun.cursor };
    await expect(kept.draw(again, 1)).rejects.toMatchObject({ code: 'TROOP-1917' });
    const next = await kept.draw({ ...told(1), cursor: begun.cursor }, 4);
    expect(next).toEqual(await engine().draw({ ...told(1), cursor: begun.cursor }, 4));
  });
});
