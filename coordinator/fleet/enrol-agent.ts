// A machine joins: it shows a token and the public half of a key that it made, and gets an id, a credential for HTTP
// and the way to the broker. Joining again with the same key changes nothing but the credential.
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import { transaction } from '../store/pool.ts';
import { isViolationOf } from '../store/store-error.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { hashOf, newSecret, useEnrolmentToken } from './tokens.ts';

export interface EnrolmentRequest {
  readonly token: string;
  /** SPKI, PEM, Ed25519. */
  readonly publicKey: string;
  /** What the machine would like to be called. */
  readonly name: string;
  readonly remoteAddress: string;
}

export interface Enrolment {
  readonly agentId: string;
  readonly name: string;
  /** Bearer token of the agent; kept as a hash. */
  readonly credential: string;
  readonly state: string;
}

const insertAgent = sqlFile<{ id: string; name: string; admin_state: string }>(
  import.meta.url,
  'insert-agent.sql',
);
const namesLike = sqlFile<{ name: string }>(import.meta.url, 'agent-names-like.sql');

/** How often another machine may take the chosen name in the very moment. */
const NAME_ATTEMPTS = 5;

/** Throws TROOP-1205 (token) or TROOP-1206 (key). The token's use is given back when anything fails. */
export async function enrolAgent(pool: Pool, ids: Ids, request: EnrolmentRequest): Promise<Enrolment> {
  const publicKey = readKey(request.publicKey);
  for (let attempt = 1; ; attempt++) {
    try {
      return await enrolOnce(pool, ids, { ...request, publicKey });
    } catch (error) {
      if (!isViolationOf(error, 'agents_name_key')) throw error;
      if (attempt === NAME_ATTEMPTS) {
        throw new TroopError('TROOP-1006', { what: 'agent', reason: `the name ${request.name} is taken` });
      }
    }
  }
}

async function enrolOnce(pool: Pool, ids: Ids, request: EnrolmentRequest): Promise<Enrolment> {
  const credential = newSecret('troop_agent');
  return await transaction(pool, async (client) => {
    const token = await useEnrolmentToken(client, request.token);
    const name = await freeName(client, request.name);
    const row = await queryOne(client, insertAgent, [
      ids.next(),
      name,
      token.lab,
      request.publicKey,
      hashOf(credential),
      token.id,
      token.auto_approve ? 'active' : 'pending',
      request.remoteAddress,
    ]);
    if (row === null) throw new TroopError('TROOP-1001', { reason: 'an enrolment gave no row' });
    return { agentId: row.id, name: row.name, credential, state: row.admin_state };
  });
}

/** The key in its one canonical text, so that a machine is the same however its key was written down. */
function readKey(pem: string): string {
  // Node would take the public half out of a private key; whoever sends that has given its secret away.
  if (pem.includes('PRIVATE KEY')) throw new TroopError('TROOP-1206', { reason: 'it is a private key' });
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw new TroopError('TROOP-1206', { reason: 'it is not a PEM key' }, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new TroopError('TROOP-1206', { reason: 'it is not an Ed25519 key' });
  }
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** The wanted name, or with the smallest free number behind it: two machines may well have the same host name. */
async function freeName(client: Queryable, wanted: string): Promise<string> {
  const taken = new Set(
    (await queryRows(client, namesLike, [wanted, escapeLike(wanted)])).map((row) => row.name),
  );
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);
