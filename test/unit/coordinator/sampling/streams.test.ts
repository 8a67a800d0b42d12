// The stream of a campaign through the sampling engine: the default mix, with where each stack came from, across a restart.
import { describe, expect, it } from 'vitest';
import { createSamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import type { DrawRequest } from '../../../../coordinator/sampling/streams.ts';
import { linux311 } from '../../../support/monkey/knowledge.ts';
import { madeUpSnapshot } from '../../../support/monkey/made-up-snapshot.ts';

const snapshot = madeUpSnapshot(6);
const engine = () => createSamplingEngine(async () => Promise.resolve(snapshot));
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
