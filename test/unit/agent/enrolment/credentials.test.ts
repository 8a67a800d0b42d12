import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sign, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  brokerUrl,
  keysOf,
  readCredentials,
  writeCredentials,
  type Credentials,
} from '../../../../agent/enrolment/credentials.ts';
import { parseNatsUrl } from '../../../../shared/broker/nats/nats-url.ts';
import { sampleCredentials } from '../../../support/sample-credentials.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
let path: string;
let credentials: Credentials;

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'state', 'credentials.json');
  credentials = sampleCredentials();
});
afterEach(() => directory.remove());

describe('credentials', () => {
  it('are read as they were written, by their owner alone', async () => {
    await writeCredentials(path, credentials);
    expect(await readCredentials(path)).toEqual(credentials);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory.path, 'state'))).toEqual(['credentials.json']);
  });

  it('are closed again when a file of another mode was there', async () => {
    await mkdir(join(directory.path, 'state'));
    await writeFile(path, '{}', { mode: 0o644 });
    await writeFile(`${path}.new`, 'of an interrupted write', { mode: 0o644 });
    await writeCredentials(path, credentials);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('are none where a machine has not joined', async () => {
    expect(await readCredentials(path)).toBeNull();
  });

  it.each([
    ['no JSON', () => '{'],
    ['another form', () => JSON.stringify({ ...sampleCredentials(), agentId: 'NOT AN ID' })],
    ['another version', () => JSON.stringify({ ...sampleCredentials(), formatVersion: 2 })],
    ['nothing', () => ''],
  ])('that are %s are an error which names the file and shows no secret', async (_what, content) => {
    await writeCredentials(path, credentials);
    await writeFile(path, content());
    const error: unknown = await readCredentials(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TROOP-1002' });
    expect(String(error)).toContain(path);
    expect(JSON.stringify(error) + String(error)).not.toContain('PRIVATE KEY');
  });

  it('that cannot be read are not taken for none', async () => {
    await mkdir(path, { recursive: true });
    await expect(readCredentials(path)).rejects.toMatchObject({ code: 'TROOP-1008' });
  });

  it('hold keys that sign and check', () => {
    const { privateKey, coordinatorPublicKey } = keysOf(credentials);
    const signature = sign(null, Buffer.from('x'), privateKey);
    expect(signature).toHaveLength(64);
    expect(verify(null, Buffer.from('x'), coordinatorPublicKey, signature)).toBe(false);
  });

  it('keep the text of the file small and whole', async () => {
    await writeCredentials(path, credentials);
    expect((await readFile(path, 'utf8')).endsWith('}\n')).toBe(true);
  });
});

describe('the address of the broker', () => {
  const access = { user: 'agent@7', password: 'p/w:d' };

  it.each(['nats://host:4222', 'tls://[::1]:4222', 'nats://a:1,nats://b:2'])(
    '%s takes user and password in',
    (url) => {
      const parsed = parseNatsUrl(brokerUrl({ url, ...access }));
      expect(parsed).toMatchObject(access);
      expect(parsed.servers).toEqual(parseNatsUrl(url).servers);
    },
  );

  it('stays as it is without a user', () => {
    expect(brokerUrl({ url: 'nats://host:4222', user: null, password: null })).toBe('nats://host:4222');
  });
});
