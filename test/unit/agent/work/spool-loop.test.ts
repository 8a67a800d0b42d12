import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQuietGate, type QuietGate } from '../../../../agent/work/quiet-gate.ts';
import { runSpoolLoop } from '../../../../agent/work/spool-loop.ts';
import { openSpool, type Spool } from '../../../../agent/work/spool.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock, settle, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type FleetWire } from '../../../support/fleet-wire.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';
import { until } from '../../../support/until.ts';

const RESEND_MS = 30_000;

let directory: TemporaryDirectory;
let clock: FakeClock;
let wire: FleetWire;
let spool: Spool;
let quiet: QuietGate;
let stop: AbortController;
let loop: Promise<void>;
let received: string[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  clock = createFakeClock();
  wire = await createFleetWire({ clock });
  spool = await openSpool(directory.path);
  quiet = createQuietGate();
  stop = new AbortController();
  received = [];
  await wire.broker.consumeDurable('result', ({ subject, body }) => {
    received.push(`${subject} ${new TextDecoder().decode(body)}`);
    return Promise.resolve('done');
  });
});

afterEach(async () => {
  stop.abort();
  await loop;
  await wire.broker.close();
  await directory.remove();
});

function start(): void {
  const { broker } = wire.addAgent('a');
  loop = runSpoolLoop(
    {
      spool,
      broker,
      agentId: 'a',
      quiet,
      clock,
      random: () => 0.5,
      logger: silentLogger,
      resendMs: RESEND_MS,
    },
    stop.signal,
  );
}

const put = (id: string): Promise<void> =>
  spool.put({ id, channel: 'result', jobId: 'job', body: new TextEncoder().encode(id) });

/** Lets time pass until the loop has done what is due; files take real time. */
const pass = async (durationMs: number): Promise<void> => {
  await until(() => clock.sleepers > 0);
  await clock.advance(durationMs);
  await settle(20);
};

describe('the spool loop', () => {
  it('sends what was there before it began, then what comes, in order', async () => {
    await put('1');
    await put('2');
    start();
    await until(() => received.length === 2);
    await put('3');
    await until(() => received.length === 3);
    expect(received).toEqual(['troop.result.a 1', 'troop.result.a 2', 'troop.result.a 3']);
  });

  it('sends a message again every 30 s until it is committed, and then never', async () => {
    await put('1');
    start();
    await until(() => received.length === 1);
    await pass(RESEND_MS - 1);
    expect(received).toHaveLength(1);
    await until(async () => {
      await pass(5000);
      return received.length === 2;
    });
    await spool.remove(['1']);
    await pass(10 * RESEND_MS);
    expect(received).toHaveLength(2);
  });

  it('sends what comes after a message that the disk has lost', async () => {
    await put('1');
    const [name = ''] = await readdir(directory.path);
    await writeFile(join(directory.path, name), '');
    await put('2');
    start();
    await until(() => received.length === 1);
    expect(received).toEqual(['troop.result.a 2']);
  });

  it('comes through when the broker comes back', async () => {
    wire.hub.stop();
    await put('1');
    start();
    await pass(60_000);
    expect(received).toEqual([]);
    wire.hub.start();
    await until(async () => {
      await pass(1000);
      return received.length === 1;
    });
  });

  it('is silent while values are taken', async () => {
    start();
    quiet.close();
    await put('1');
    await settle(50);
    expect(received).toEqual([]);
    quiet.open();
    await until(() => received.length === 1);
  });
});
