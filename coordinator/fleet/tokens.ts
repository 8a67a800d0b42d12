// Enrolment tokens: shown once, kept as a hash, bounded in uses and in time.
import { createHash, randomBytes } from 'node:crypto';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

export interface NewToken {
  readonly lab: string;
  /** How many machines may join with it. */
  readonly uses: number;
  readonly lifeSeconds: number;
  /** Whether a machine that joins with it may work without a person's approval. */
  readonly autoApprove: boolean;
}

export interface CreatedToken {
  readonly id: string;
  /** The secret; never to be seen again. */
  readonly token: string;
  readonly expires_at: string;
}

export interface ListedToken {
  readonly id: string;
  readonly lab: string;
  readonly uses: number;
  readonly uses_left: number;
  readonly auto_approve: boolean;
  readonly expires_at: string;
}

export interface TokenUse {
  readonly id: string;
  readonly lab: string;
  readonly auto_approve: boolean;
}

const createToken = sqlFile<{ expires_at: string }>(import.meta.url, 'create-token.sql');
const listAlive = sqlFile<{ [Key in keyof ListedToken]: ListedToken[Key] }>(
  import.meta.url,
  'list-tokens.sql',
);
const revoke = sqlFile<{ id: string }>(import.meta.url, 'revoke-token.sql');
const useOne = sqlFile<{ [Key in keyof TokenUse]: TokenUse[Key] }>(import.meta.url, 'use-token.sql');

/** A secret of 256 random bits, recognisable by secret scanners by its prefix. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

export async function createEnrolmentToken(
  database: Queryable,
  ids: Ids,
  token: NewToken,
): Promise<CreatedToken> {
  const id = ids.next();
  const secret = newSecret('troop_join');
  const { lab, uses, autoApprove, lifeSeconds } = token;
  const row = await queryOne(database, createToken, [
    id,
    hashOf(secret),
    lab,
    uses,
    autoApprove,
    lifeSeconds,
  ]);
  return { id, token: secret, expires_at: row?.expires_at ?? '' };
}

export async function listEnrolmentTokens(database: Queryable): Promise<readonly ListedToken[]> {
  return await queryRows(database, listAlive);
}

/** Throws TROOP-1005 when there is no such token. */
export async function revokeEnrolmentToken(database: Queryable, id: string): Promise<void> {
  const row = await queryOne(database, revoke, [id]);
  if (row === null) throw new TroopError('TROOP-1005', { what: 'token', name: id });
}

/** Uses the token once. Throws TROOP-1205 when it is unknown, used up, expired or revoked. */
export async function useEnrolmentToken(database: Queryable, token: string): Promise<TokenUse> {
  const row = await queryOne(database, useOne, [hashOf(token)]);
  if (row === null) throw new TroopError('TROOP-1205', {});
  return row;
}
