// The coordinator's own secrets under its data directory: the operator's token and the key that it signs with. Made
// once; whoever has the directory is the coordinator.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readFileIfThere, writePrivateFile } from '../embedded/private-file.ts';
import { newSecret } from '../fleet/tokens.ts';

export const OPERATOR_TOKEN_FILE = 'operator-token';
const KEY_FILE = 'coordinator-key.pem';

export interface CoordinatorSecrets {
  readonly operatorToken: string;
  readonly privateKey: KeyObject;
  /** SPKI, PEM. */
  readonly publicKey: string;
}

export async function openSecrets(directory: string): Promise<CoordinatorSecrets> {
  const operatorToken = await makeOnce(join(directory, OPERATOR_TOKEN_FILE), () =>
    newSecret('troop_operator'),
  );
  const pem = await makeOnce(join(directory, KEY_FILE), () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { operatorToken, privateKey, publicKey };
}

async function makeOnce(path: string, make: () => string): Promise<string> {
  const known = await readFileIfThere(path);
  if (known !== null && known.trim() !== '') return known.trim();
  const fresh = make().trim();
  await writePrivateFile(path, `${fresh}\n`);
  return fresh;
}
