// The coordinator's own secrets under its data directory: the operator's token and the key that it signs with. Made
// once; whoever has the directory is the coordinator.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { newSecret } from '../fleet/tokens.ts';

export const OPERATOR_TOKEN_FILE = 'operator-token';
const KEY_FILE = 'coordinator-key.pem';

/** What fits into a header of HTTP. */
const TOKEN = /^[\x21-\x7e]{1,200}$/;

export interface CoordinatorSecrets {
  readonly operatorToken: string;
  readonly privateKey: KeyObject;
  /** SPKI, PEM. */
  readonly publicKey: string;
}

/** @throws TROOP-1008 for what is there and cannot be used */
export async function openSecrets(directory: string): Promise<CoordinatorSecrets> {
  const tokenPath = join(directory, OPERATOR_TOKEN_FILE);
  const operatorToken = await makeOnce(tokenPath, () => newSecret('troop_operator'));
  if (!TOKEN.test(operatorToken)) {
    throw new TroopError('TROOP-1008', { path: tokenPath, reason: 'it holds no single token' });
  }
  const pem = await makeOnce(join(directory, KEY_FILE), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const privateKey = readPrivateKey(pem, join(directory, KEY_FILE));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { operatorToken, privateKey, publicKey };
}

function readPrivateKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const reason = 'it is no private key; bring back the one that machines have joined with';
    throw new TroopError('TROOP-1008', { path, reason }, { cause: error });
  }
}

async function makeOnce(path: string, make: () => string): Promise<string> {
  const known = await readNamedTextIfThere(path);
  if (known !== null && known.trim() !== '') return known.trim();
  const fresh = make().trim();
  await writePrivateFile(path, `${fresh}\n`);
  return fresh;
}
