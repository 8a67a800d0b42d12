// What every message is wrapped in. The body travels as bytes, so that the signature covers exactly what was sent:
// a subject alone proves nothing (whoever may pull can choose the reply subject), the sender's key does.
import { sign, verify, type KeyObject } from 'node:crypto';
import { Packr } from 'msgpackr';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { TroopError } from '../errors/troop-error.ts';
import { packBody, unpackBody } from './body-bytes.ts';
import { PROTOCOL_VERSION } from './version.ts';

const EnvelopeSchema = Type.Object({
  version: Type.String({ maxLength: 32 }),
  id: Type.String({ minLength: 1, maxLength: 200 }),
  cause: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  at: Type.String({ maxLength: 40 }),
  from: Type.String({ minLength: 1, maxLength: 80 }),
  kind: Type.String({ minLength: 1, maxLength: 40 }),
  body: Type.Unsafe<Uint8Array>({}),
  signature: Type.Unsafe<Uint8Array>({}),
});

/** A message as it was sent; `body` is decoded by the schema of its kind (`decodeBody`). */
export type Envelope = Static<typeof EnvelopeSchema>;

export interface EnvelopeHeader {
  readonly id: string;
  readonly cause: string | null;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The agent's id, or `coordinator`. */
  readonly from: string;
  readonly kind: string;
}

const envelopeCheck = Compile(EnvelopeSchema);
const packr = new Packr({ useRecords: false, variableMapSize: true });

/** No message is longer: the wire's own limit is 1 MiB. */
export const MAXIMUM_MESSAGE_BYTES = 1_000_000;

const signedBytes = (envelope: Omit<Envelope, 'signature'>): Buffer => {
  const { version, id, cause, at, from, kind } = envelope;
  return Buffer.concat([
    Buffer.from(JSON.stringify([version, id, cause, at, from, kind]), 'utf8'),
    envelope.body,
  ]);
};

/** Encodes and signs (Ed25519) a message. Throws TROOP-1702 when it would be too long. */
export function seal(header: EnvelopeHeader, body: unknown, privateKey: KeyObject): Uint8Array {
  const unsigned = { version: PROTOCOL_VERSION, ...header, body: packBody(body) };
  const bytes = packr.pack({ ...unsigned, signature: sign(null, signedBytes(unsigned), privateKey) });
  if (bytes.length > MAXIMUM_MESSAGE_BYTES) {
    throw new TroopError('TROOP-1702', {
      kind: header.kind,
      bytes: bytes.length,
      limit: MAXIMUM_MESSAGE_BYTES,
    });
  }
  return bytes;
}

/** Decodes an envelope without believing it yet. Throws TROOP-1701 with the reason when it cannot be read. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  const unreadable = (reason: string): TroopError => new TroopError('TROOP-1701', { reason });
  if (bytes.length > MAXIMUM_MESSAGE_BYTES) throw unreadable(`longer than ${MAXIMUM_MESSAGE_BYTES} bytes`);
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (error) {
    throw unreadable(`not msgpack: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!envelopeCheck.Check(value)) throw unreadable('not an envelope');
  const hasBytes = value.body instanceof Uint8Array && value.signature instanceof Uint8Array;
  if (!hasBytes) throw unreadable('no body bytes');
  return value;
}

/** Whether the sender's key signed exactly this envelope. */
export function isSignedBy(envelope: Envelope, publicKey: KeyObject): boolean {
  return verify(null, signedBytes(envelope), publicKey, envelope.signature);
}

/** A compiled schema of a message's body. */
export interface BodySchema<Body> {
  readonly kind: string;
  readonly decode: (bytes: Uint8Array) => Body;
}

/** Makes the decoder of one kind of message; unknown keys are let through, so that a newer minor may add some. */
export function bodySchema<Schema extends Type.TSchema>(
  kind: string,
  schema: Schema,
): BodySchema<Static<Schema>> {
  const check = Compile(schema);
  return {
    kind,
    decode: (bytes) => {
      let value: unknown;
      try {
        value = unpackBody(bytes);
      } catch (error) {
        throw new TroopError('TROOP-1701', {
          reason: `${kind}: ${error instanceof Error ? error.message : 'not msgpack'}`,
        });
      }
      if (!check.Check(value)) {
        const first = check.Errors(value)[0];
        throw new TroopError('TROOP-1701', {
          reason: `${kind}${first?.instancePath ?? ''}: ${first?.message ?? 'wrong form'}`,
        });
      }
      return value as Static<Schema>;
    },
  };
}
