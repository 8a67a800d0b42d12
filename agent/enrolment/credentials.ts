// What makes this machine an agent: its own key, made here and never sent, and what the coordinator gave in return.
// One file, mode 0600, written whole or not at all.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { makeFolder } from '../../shared/runtime/make-folder.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { stateUnusable } from '../state-layout.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';

const CredentialsSchema = Type.Object({
  formatVersion: Type.Literal(1),
  agentId: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** Base address of the coordinator's HTTP API. */
  coordinatorUrl: Type.String({ maxLength: 2000 }),
  /** Bearer token of this agent for files and scripts. */
  token: Type.String({ maxLength: 200 }),
  /** PKCS #8, PEM, Ed25519. */
  privateKey: Type.String({ maxLength: 1000 }),
  /** SPKI, PEM, Ed25519. */
  coordinatorPublicKey: Type.String({ maxLength: 1000 }),
  broker: Type.Object({
    url: Type.String({ maxLength: 2000 }),
    user: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
    password: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  }),
});
export type Credentials = Static<typeof CredentialsSchema>;

const check = Compile(CredentialsSchema);

/** The keys of the credentials, ready for use. */
export interface AgentKeys {
  readonly privateKey: KeyObject;
  readonly coordinatorPublicKey: KeyObject;
}

/** @throws TROOP-1002 when one is damaged */
export function keysOf(credentials: Pick<Credentials, 'privateKey' | 'coordinatorPublicKey'>): AgentKeys {
  try {
    return {
      privateKey: createPrivateKey(credentials.privateKey),
      coordinatorPublicKey: createPublicKey(credentials.coordinatorPublicKey),
    };
  } catch (error) {
    const reason = 'one is damaged; join again';
    throw new TroopError('TROOP-1002', { what: 'a key in the credentials', reason }, { cause: error });
  }
}

/** The address, or several separated by commas, with the agent's user in it: never to be logged. */
export function brokerUrl({ url, user, password }: Credentials['broker']): string {
  if (user === null) return url;
  const access = [user, ...(password === null ? [] : [password])].map(encodeURIComponent).join(':');
  return url
    .split(',')
    .map((one) => one.trim().replace('://', () => `://${access}@`))
    .join(',');
}

/** Reads the credentials; null when this machine has not joined yet. Throws TROOP-1002 on a damaged file. */
export async function readCredentials(path: string): Promise<Credentials | null> {
  const text = await readNamedTextIfThere(path);
  if (text === null) return null;
  const damaged = (reason: string): TroopError =>
    new TroopError('TROOP-1002', { what: `the credentials file ${path}`, reason });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged('not JSON; join again');
  }
  if (!check.Check(value)) {
    const path = check.Errors(value)[0]?.instancePath.slice(1) ?? '';
    throw damaged(`${path === '' ? 'it' : path} has the wrong form; join again`);
  }
  keysOf(value);
  return value;
}

/** Whether credentials could be written there, found out before a token is used up for them. @throws TROOP-1211 */
export async function prepareCredentials(path: string): Promise<void> {
  await writingState(path, async () => {
    await makeFolder(dirname(path), 0o700);
    await writePrivateFile(`${path}.try`, '');
    await rm(`${path}.try`);
  });
}

/** Whole or not at all. @throws TROOP-1211 */
export async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  await writingState(path, async () => {
    await makeFolder(dirname(path), 0o700);
    await writePrivateFile(path, `${JSON.stringify(credentials, null, 2)}\n`);
  });
}

async function writingState(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw stateUnusable(dirname(path), error);
  }
}
