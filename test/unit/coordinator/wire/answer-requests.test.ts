import { describe, expect, it } from 'vitest';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createCoordinatorLink } from '../../../../agent/work/coordinator-link.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { countingIds, createFleetWire, type FleetWire } from '../../../support/fleet-wire.ts';

const request = { jobId: 'job', epoch: 1 };

/** What becomes of a question, with all the time that it takes. */
async function outcome(clock: FakeClock, ask: Promise<unknown>): Promise<unknown> {
  const settled = ask.catch((error: unknown) => (error instanceof TroopError ? error.code : error));
  await clock.advance(60_000);
  return await settled;
}

async function wireWith(
  renew: (agentId: string) => Promise<{ verdict: 'ok'; leaseMs: number }>,
): Promise<{ clock: FakeClock; wire: FleetWire; asked: string[] }> {
  const clock = createFakeClock();
  const asked: string[] = [];
  const wire = await createFleetWire({
    clock,
    handlers: {
      renew: (agentId) => {
        asked.push(agentId);
        return renew(agentId);
      },
    },
  });
  return { clock, wire, asked };
}

const grant = (): Promise<{ verdict: 'ok'; leaseMs: number }> =>
  Promise.resolve({ verdict: 'ok', leaseMs: 90_000 });

describe('a question to the coordinator', () => {
  it('is answered to whom it came from', async () => {
    const { clock, wire, asked } = await wireWith(grant);
    const { link } = wire.addAgent('a');
    expect(await outcome(clock, link.renew(request))).toEqual({ verdict: 'ok', leaseMs: 90_000 });
    expect(asked).toEqual(['a']);
    expect(wire.letters).toEqual([]);
  });

  it('is kept as a dead letter and not answered when its key is not known', async () => {
    const { clock, wire, asked } = await wireWith(grant);
    const { link } = wire.addAgent('a');
    wire.forget('a');
    expect(await outcome(clock, link.renew(request))).toBe('TROOP-1705');
    expect(asked).toEqual([]);
    expect(wire.letters.map(({ subject }) => subject)).toEqual(['troop.renew.a']);
  });

  it('is not answered when it is of another form, and kept', async () => {
    const { clock, wire, asked } = await wireWith(grant);
    const { link } = wire.addAgent('a');
    expect(await outcome(clock, link.renew({ jobId: 'job', epoch: 0.5 }))).toBe('TROOP-1705');
    expect(asked).toEqual([]);
    expect(wire.letters[0]?.reason).toContain('renew/epoch');
  });

  it('is not answered when the coordinator cannot, and no letter is kept of it', async () => {
    const { clock, wire } = await wireWith(() => Promise.reject(new Error('the database is away')));
    const { link } = wire.addAgent('a');
    expect(await outcome(clock, link.renew(request))).toBe('TROOP-1705');
    expect(wire.letters).toEqual([]);
  });
});

describe('an answer of the coordinator', () => {
  it('is not believed by an agent that was enrolled elsewhere', async () => {
    const { clock, wire } = await wireWith(grant);
    const other = await createFleetWire({ clock });
    const { link } = wire.addAgent('a', { coordinatorPublicKey: other.publicKey });
    expect(await outcome(clock, link.renew(request))).toBe('TROOP-1703');
  });

  it('is not believed when it was meant for another request', async () => {
    const { clock, wire } = await wireWith(grant);
    const agent = wire.addAgent('a');
    const replies: Uint8Array[] = [];
    const replaying = createCoordinatorLink({
      broker: {
        ...agent.broker,
        request: async (...question) => {
          replies.push(await agent.broker.request(...question));
          return replies[0] ?? new Uint8Array();
        },
      },
      agentId: 'a',
      keys: { privateKey: agent.privateKey, coordinatorPublicKey: wire.publicKey },
      clock,
      ids: countingIds('again'),
      logger: silentLogger,
      timeoutMs: 1000,
    });
    expect(await outcome(clock, replaying.renew(request))).toEqual({ verdict: 'ok', leaseMs: 90_000 });
    expect(await outcome(clock, replaying.renew(request))).toBe('TROOP-1701');
  });
});
