import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { pack, unpack } from 'msgpackr';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import {
  bodySchema,
  isSignedBy,
  MAXIMUM_MESSAGE_BYTES,
  openEnvelope,
  seal,
} from '../../../../shared/protocol/envelope.ts';
import { PROTOCOL_VERSION } from '../../../../shared/protocol/version.ts';

const keys = generateKeyPairSync('ed25519');
const others = generateKeyPairSync('ed25519');
const header = {
  id: 'job.1.block.3',
  cause: 'job.1',
  at: '2026-01-02T03:04:05Z',
  from: 'agent-a',
  kind: 'block',
};

/** The fields of a sealed message, to be changed and packed again. */
const fieldsOf = (bytes: Uint8Array): Record<string, unknown> => unpack(bytes) as Record<string, unknown>;

describe('a sealed message', () => {
  test('opens with its header and the protocol version, and is signed by its sender', () => {
    const envelope = openEnvelope(seal(header, { value: 1 }, keys.privateKey));
    expect(envelope).toMatchObject({ ...header, version: PROTOCOL_VERSION });
    expect(isSignedBy(envelope, keys.publicKey)).toBe(true);
    expect(isSignedBy(envelope, others.publicKey)).toBe(false);
  });

  test.each(['id', 'cause', 'at', 'from', 'kind', 'version'])(
    'is not signed any more when its %s was changed',
    (field) => {
      const fields = fieldsOf(seal(header, { value: 1 }, keys.privateKey));
      const changed = openEnvelope(pack({ ...fields, [field]: 'something else' }));
      expect(isSignedBy(changed, keys.publicKey)).toBe(false);
    },
  );

  test('is not signed any more when any byte of its body was changed', () => {
    const fields = fieldsOf(seal(header, { value: 'some text' }, keys.privateKey));
    const body = fields['body'] as Uint8Array;
    for (const index of body.keys()) {
      const spoilt = Uint8Array.from(body);
      spoilt[index] = (spoilt[index] ?? 0) ^ 1;
      expect(isSignedBy(openEnvelope(pack({ ...fields, body: spoilt })), keys.publicKey)).toBe(false);
    }
  });

  test('is as long as the wire allows, and no longer', () => {
    const incompressible = randomBytes(MAXIMUM_MESSAGE_BYTES);
    expect(() => seal(header, incompressible, keys.privateKey)).toThrow(
      expect.objectContaining({ code: 'TROOP-1702' }),
    );
    const bytes = seal(header, incompressible.subarray(1_000), keys.privateKey);
    expect(openEnvelope(bytes).id).toBe(header.id);
  });
});

describe('what is no envelope', () => {
  const unreadable = expect.objectContaining({ code: 'TROOP-1701' }) as unknown;

  test.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('hello')],
    ['a number', pack(7)],
    ['an empty object', pack({})],
    ['a list', pack([1, 2])],
    ['too long', new Uint8Array(MAXIMUM_MESSAGE_BYTES + 1)],
  ])('%s is refused with a reason', (_, bytes) => {
    expect(() => openEnvelope(bytes)).toThrow(unreadable);
  });

  test.each(['version', 'id', 'cause', 'at', 'from', 'kind', 'body', 'signature'])(
    'one without %s is refused',
    (field) => {
      const fields = fieldsOf(seal(header, {}, keys.privateKey));
      delete fields[field];
      expect(() => openEnvelope(pack(fields))).toThrow(unreadable);
    },
  );

  test('one whose body is text is refused', () => {
    const fields = fieldsOf(seal(header, {}, keys.privateKey));
    expect(() => openEnvelope(pack({ ...fields, body: 'text' }))).toThrow(unreadable);
  });

  test('no bytes at all make it throw anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => openEnvelope(bytes)).toThrow(unreadable);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('nor does any part of a real one', () => {
    const whole = seal(header, { value: 1 }, keys.privateKey);
    for (let length = 0; length < whole.length; length++) {
      expect(() => openEnvelope(whole.subarray(0, length))).toThrow(unreadable);
    }
  });
});

describe('a body', () => {
  const claim = bodySchema('claim', Type.Object({ jobId: Type.String(), epoch: Type.Integer() }));
  const bodyOf = (value: unknown): Uint8Array => openEnvelope(seal(header, value, keys.privateKey)).body;

  test('is decoded, and keys of a newer minor version are let through', () => {
    expect(claim.decode(bodyOf({ jobId: 'j', epoch: 2, later: true }))).toMatchObject({
      jobId: 'j',
      epoch: 2,
    });
  });

  test('that does not fit is refused, naming its kind and what is wrong', () => {
    expect(() => claim.decode(bodyOf({ jobId: 'j', epoch: 'two' }))).toThrow(/claim.*epoch/);
    expect(() => claim.decode(bodyOf(null))).toThrow(expect.objectContaining({ code: 'TROOP-1701' }));
    expect(() => claim.decode(new Uint8Array([0xc1]))).toThrow(
      expect.objectContaining({ code: 'TROOP-1701' }),
    );
  });
});
