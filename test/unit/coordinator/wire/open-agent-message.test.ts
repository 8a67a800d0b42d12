import { beforeEach, describe, expect, it } from 'vitest';
import { openAgentMessage } from '../../../../coordinator/wire/open-agent-message.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { openEnvelope, seal } from '../../../../shared/protocol/envelope.ts';
import { Packr } from 'msgpackr';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type AgentEnd, type FleetWire } from '../../../support/fleet-wire.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });

let wire: FleetWire;
let alice: AgentEnd;
let bob: AgentEnd;

beforeEach(async () => {
  wire = await createFleetWire({ clock: createFakeClock() });
  alice = wire.addAgent('alice');
  bob = wire.addAgent('bob');
});

const codeOf = async (subject: string, bytes: Uint8Array): Promise<string> => {
  try {
    await openAgentMessage(subject, bytes, wire.keys);
    return 'believed';
  } catch (error) {
    if (error instanceof TroopError) return error.code;
    throw error;
  }
};

const message = (from = alice): Uint8Array => from.link.sealed('build', 'job.1.build.0', { any: 'thing' });

/** The same message with something changed after it was signed. */
const tampered = (change: Readonly<Record<string, unknown>>): Uint8Array =>
  packr.pack({ ...openEnvelope(message()), ...change });

describe('a message of an agent', () => {
  it('is believed on its own subject, with its own signature', async () => {
    const { agentId, envelope } = await openAgentMessage('troop.result.alice', message(), wire.keys);
    expect(agentId).toBe('alice');
    expect(envelope.id).toBe('job.1.build.0');
  });

  it.each([
    ['another body', { body: packr.pack({ other: 'thing' }) }],
    ['another id', { id: 'job.2.build.0' }],
    ['another kind', { kind: 'end' }],
    ['another time', { at: '1999-01-01T00:00:00Z' }],
    ['another cause', { cause: 'x' }],
    ['no signature', { signature: new Uint8Array() }],
  ])('is not believed with %s than what was signed', async (_what, change) => {
    expect(await codeOf('troop.result.alice', tampered(change))).toBe('TROOP-1703');
  });

  it('is not believed under the name of another agent', async () => {
    expect(await codeOf('troop.result.bob', tampered({ from: 'bob' }))).toBe('TROOP-1703');
    const header = { id: 'x', cause: null, at: '', from: 'alice', kind: 'build' };
    expect(await codeOf('troop.result.alice', seal(header, {}, bob.privateKey))).toBe('TROOP-1703');
  });

  it('is not believed on the subject of another agent, or on none', async () => {
    expect(await codeOf('troop.result.bob', message())).toBe('TROOP-1703');
    expect(await codeOf('troop.offer.alice', message())).toBe('TROOP-1703');
    expect(await codeOf('troop.resultalice', message())).toBe('TROOP-1703');
  });

  it('is not believed once its agent is forgotten', async () => {
    expect(await codeOf('troop.result.alice', message())).toBe('believed');
    wire.forget('alice');
    expect(await codeOf('troop.result.alice', message())).toBe('TROOP-1703');
  });

  it.each(['2.0.0', '1.999.0', '0.9.0', 'nonsense'])('is unreadable in protocol %s', async (version) => {
    expect(await codeOf('troop.result.alice', tampered({ version }))).toBe('TROOP-1701');
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['no msgpack', new Uint8Array([0xc1, 0xff, 0x00])],
    ['a number', packr.pack(7)],
    ['an object of another form', packr.pack({ hello: 'world' })],
    ['an envelope without bytes for a body', envelopeWith('body', 'text')],
    ['an envelope that is too long', new Uint8Array(1_000_001)],
  ])('is unreadable when it is %s', async (_what, bytes) => {
    expect(await codeOf('troop.result.alice', bytes)).toBe('TROOP-1701');
  });
});

function envelopeWith(key: string, value: unknown): Uint8Array {
  const whole = {
    version: '1.0.0',
    id: 'x',
    cause: null,
    at: '',
    from: 'alice',
    kind: 'build',
    body: new Uint8Array(),
    signature: new Uint8Array(64),
  };
  return packr.pack({ ...whole, [key]: value });
}
