// Takes in a fingerprint from outside: an agent's message, a row of the database, a file.
import { Compile } from 'typebox/compile';
import { TroopError } from '../errors/troop-error.ts';
import { FINGERPRINT_SCHEMA, type Fingerprint } from './fingerprint.ts';
import { FingerprintSchema } from './fingerprint-schema.ts';

const check = Compile(FingerprintSchema);

/** The value itself when it is a fingerprint of this schema; throws TROOP-1204 with the first thing that is wrong. */
export function parseFingerprint(value: unknown): Fingerprint {
  if (!isFingerprint(value)) {
    const [first] = check.Errors(value);
    const problem =
      first === undefined ? 'it has another form' : `${first.instancePath || 'it'} ${first.message}`;
    throw new TroopError('TROOP-1204', { problem });
  }
  if (value.schema !== FINGERPRINT_SCHEMA) {
    throw new TroopError('TROOP-1204', { problem: `schema ${value.schema} is not ${FINGERPRINT_SCHEMA}` });
  }
  return value;
}

const isFingerprint = (value: unknown): value is Fingerprint => check.Check(value);
