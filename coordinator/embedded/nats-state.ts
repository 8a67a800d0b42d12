// What the embedded NATS server must find again after a restart: its name, its port, and who may connect. Kept beside
// its store with mode 0600, since the passwords stand in it.
import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { newPassword } from './new-password.ts';

const StateSchema = Type.Object({
  serverName: Type.String({ minLength: 1, maxLength: 80 }),
  host: Type.String({ minLength: 1, maxLength: 255 }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  coordinatorPassword: Type.String({ minLength: 16, maxLength: 200 }),
  agents: Type.Record(Type.String(), Type.String({ minLength: 16, maxLength: 200 })),
});

export type NatsState = Static<typeof StateSchema>;

/** Ten thousand agents and their passwords. */
const STATE_BYTES = 4 * 1024 * 1024;

const stateCheck = Compile(StateSchema);

/** Reads the state, or makes a new one without a port. Throws TROOP-1008 when the file is damaged. */
export async function loadNatsState(path: string, host: string): Promise<NatsState> {
  const text = await readNamedTextIfThere(path, STATE_BYTES);
  if (text === null) {
    const serverName = `troop-${randomBytes(8).toString('hex')}`;
    return { serverName, host, port: 0, coordinatorPassword: newPassword(), agents: {} };
  }
  const value = parsed(text);
  if (!stateCheck.Check(value)) throw new TroopError('TROOP-1008', { path, reason: 'it is damaged' });
  return value;
}

export function saveNatsState(path: string, state: NatsState): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify(state, null, 2)}\n`);
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
