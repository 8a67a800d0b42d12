import { gunzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../../../agent/build/builder.ts';
import { openSpool, type Spool } from '../../../../agent/work/spool.ts';
import { createTrialOutbox, type TrialOutbox } from '../../../../agent/work/trial-outbox.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { isSignedBy, openEnvelope, type Envelope } from '../../../../shared/protocol/envelope.ts';
import {
  blockMessage,
  buildMessage,
  endMessage,
  logMessage,
} from '../../../../shared/protocol/trial-messages.ts';
import { createPublicKey } from 'node:crypto';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type AgentEnd } from '../../../support/fleet-wire.ts';
import { blockOf, launchOf, pairOf } from '../../../support/measurement/records.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

const STACK = `sha256:${'1'.repeat(64)}`;

const built = (log: string): BuildResult => ({
  ok: true,
  log,
  environment: {
    key: 'k',
    prefix: '/p',
    python: '/p/bin/python',
    builder: 'uv',
    reused: true,
    durationMs: 12,
    downloadedBytes: 34,
    files: { needed: 5, reused: 4 },
  },
});

let directory: TemporaryDirectory;
let spool: Spool;
let agent: AgentEnd;
let outbox: TrialOutbox;

beforeEach(async () => {
  directory = await temporaryDirectory();
  spool = await openSpool(directory.path);
  const wire = await createFleetWire({ clock: createFakeClock() });
  agent = wire.addAgent('a');
  outbox = createTrialOutbox({ link: agent.link, spool, jobId: 'job', epoch: 7 });
});
afterEach(() => directory.remove());

async function sent(id: string): Promise<Envelope & { readonly channel: string }> {
  const message = await spool.read(id);
  if (message === null) throw new Error(`${id} was not sent; there is ${spool.pending().join(', ')}`);
  return { ...openEnvelope(message.body), channel: message.channel };
}

describe('the outbox of a trial', () => {
  it('numbers its messages by kind, signs them, and puts them on their channel', async () => {
    await outbox.build(STACK, 'baseline', built('log'));
    await outbox.build(STACK, 'candidate', built('log'));
    await outbox.block(
      { block: 0, attempt: 0, startedAtMs: 0, pairs: [], load: null, valid: true, invalidReason: null },
      [],
    );
    expect(spool.pending()).toEqual([
      'job.7.log.0',
      'job.7.build.0',
      'job.7.log.1',
      'job.7.build.1',
      'job.7.block.0',
    ]);
    for (const id of spool.pending()) {
      const { channel, from, kind, id: envelopeId, ...envelope } = await sent(id);
      expect({ from, envelopeId, channel }).toEqual({
        from: 'a',
        envelopeId: id,
        channel: kind === 'log' ? 'log' : 'result',
      });
      const whole = { ...envelope, from, kind, id: envelopeId };
      expect(isSignedBy(whole, createPublicKey(agent.privateKey))).toBe(true);
    }
    const { body } = await sent('job.7.build.0');
    expect(buildMessage.decode(body)).toEqual({
      jobId: 'job',
      epoch: 7,
      n: 0,
      stackId: STACK,
      role: 'baseline',
      builder: 'uv',
      reused: true,
      durationMs: 12,
      downloadedBytes: 34,
      files: { needed: 5, reused: 4 },
      failure: null,
    });
  });

  it('says with its end how many builds and blocks there were, since the wire keeps no order', async () => {
    await outbox.build(STACK, 'baseline', built(''));
    await outbox.block(
      { block: 0, attempt: 0, startedAtMs: 0, pairs: [], load: null, valid: true, invalidReason: null },
      [],
    );
    await outbox.block(
      { block: 1, attempt: 0, startedAtMs: 0, pairs: [], load: null, valid: true, invalidReason: null },
      [],
    );
    await outbox.end({
      ending: 'completed',
      reason: null,
      failures: [],
      hardwareDigest: 'd',
      startedAt: 'a',
      finishedAt: 'b',
    });
    const end = endMessage.decode((await sent('job.7.end.0')).body);
    expect(end.sent).toEqual({ builds: 1, blocks: 2 });
  });

  it('sends calibrations with a block only when there are some', async () => {
    const record = {
      block: 0,
      attempt: 0,
      startedAtMs: 0,
      pairs: [],
      load: null,
      valid: true,
      invalidReason: null,
    };
    const calibration = {
      benchmark: 'matmul',
      mode: 'interleaved' as const,
      loops: 3,
      warmups: 1,
      values: 4,
      launches: 1,
      valueMs: 50,
      launchMs: 100,
    };
    await outbox.block(record, [calibration]);
    await outbox.block(record, []);
    expect(blockMessage.decode((await sent('job.7.block.0')).body).calibrations).toEqual([calibration]);
    expect(blockMessage.decode((await sent('job.7.block.1')).body)).not.toHaveProperty('calibrations');
  });

  it('cuts a long log into parts that are whole again together', async () => {
    const log = randomBytes(400_000).toString('hex');
    await outbox.build(STACK, 'candidate', built(log));
    const parts = [];
    for (const id of spool.pending().filter((one) => one.includes('.log.'))) {
      parts.push(logMessage.decode((await sent(id)).body));
    }
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index));
    expect(new Set(parts.map((one) => one.parts))).toEqual(new Set([parts.length]));
    expect(gunzipSync(Buffer.concat(parts.map(({ gzip }) => gzip))).toString()).toBe(log);
  });

  it('tells a failed build in the words of the catalogue, with the end of its log', async () => {
    const error = new TroopError('TROOP-1412', { timeoutMs: 1000 }).serialise();
    const failure = { outcome: 'timed_out', cause: 'fleet', phase: 'build', error } as const;
    await outbox.build(STACK, 'candidate', { ok: false, failure, log: `${'x'.repeat(9000)}the end` });
    const message = buildMessage.decode((await sent('job.7.build.0')).body);
    expect(message).toMatchObject({ builder: null, reused: false });
    expect(message.failure).toMatchObject({
      outcome: 'timed_out',
      cause: 'fleet',
      phase: 'build',
      code: 'TROOP-1412',
      message: error.message,
      hint: error.hint,
    });
    expect(message.failure?.excerpt).toHaveLength(4000);
    expect(message.failure?.excerpt?.endsWith('the end')).toBe(true);
  });

  it('sends a block that no single message could hold in parts, each pair whole and once', async () => {
    const pairs = Array.from({ length: 40 }, (_, index) => {
      const launch = launchOf('baseline', [], { stderrTail: 'x'.repeat(50_000) });
      return pairOf([launch], { benchmark: `benchmark-${index}` });
    });
    await outbox.block(blockOf(3, pairs), []);
    const ids = spool.pending();
    expect(ids.length).toBeGreaterThan(2);
    const parts = await Promise.all(ids.map(async (id) => blockMessage.decode((await sent(id)).body).block));
    expect(parts.every((part) => part.block === 3 && part.valid)).toBe(true);
    expect(parts.flatMap((part) => part.pairs.map(({ benchmark }) => benchmark))).toEqual(
      pairs.map(({ benchmark }) => benchmark),
    );
  });
});
