// What pip's certificate settings do to our connections, against a real HTTPS index with a certificate of its own.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { httpIndex } from '../../../coordinator/knowledge/index/http-index.ts';
import type { ProjectPage } from '../../../coordinator/knowledge/index/index-client.ts';
import type { PipConfiguration } from '../../../shared/pip/pip-settings.ts';
import { startFakeIndex, type FakeIndex } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder, temporaryFolder } from '../../support/fake-index-access.ts';
import { makeCertificate } from '../../support/fake-index-certificate.ts';
import { makeWheel } from '../../support/fake-index-files.ts';

const own = makeCertificate('fake index');
const foreign = makeCertificate('somebody else');
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function startIndex(clientCertificate?: string): Promise<FakeIndex> {
  const index = await startFakeIndex({
    tls: { ...own, ...(clientCertificate === undefined ? {} : { clientCertificate }) },
  });
  index.add('demo', makeWheel({ name: 'demo', version: '1.0' }));
  closing.push(() => index.close());
  return index;
}

async function pemFile(...texts: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  closing.push(() => removeFolder(folder));
  const path = join(folder, 'some.pem');
  await writeFile(path, texts.join(''));
  return path;
}

async function ask(index: FakeIndex, settings: Partial<PipConfiguration>): Promise<ProjectPage | null> {
  const access = await openTestAccess({ indexUrl: index.url, ...settings });
  closing.push(
    () => access.close(),
    () => removeFolder(access.directory),
  );
  return httpIndex(index.url, access).project('demo', new AbortController().signal);
}

describe('an HTTPS index', () => {
  it('is believed with the certificate that pip is configured with, file or folder, and with no other', async () => {
    const index = await startIndex();
    const path = await pemFile(own.certificate);
    expect((await ask(index, { certificatePath: path }))?.files).toHaveLength(1);
    expect((await ask(index, { certificatePath: join(path, '..') }))?.files).toHaveLength(1);
    index.forgetRequests();
    const wrong = ask(index, { certificatePath: await pemFile(foreign.certificate) });
    await expect(wrong).rejects.toMatchObject({ code: 'TROOP-1102' });
    expect(index.requests).toEqual([]);
  });

  it('is believed without one when its host is trusted', async () => {
    const index = await startIndex();
    await expect(ask(index, { trustedHosts: ['elsewhere.example'] })).rejects.toMatchObject({
      code: 'TROOP-1102',
    });
    expect((await ask(index, { trustedHosts: ['127.0.0.1'] }))?.files).toHaveLength(1);
    const { host } = new URL(index.url);
    expect((await ask(index, { trustedHosts: [host] }))?.files).toHaveLength(1);
  });

  it('that wants a client certificate gets the one that pip is configured with', async () => {
    const client = makeCertificate('a client');
    const index = await startIndex(client.certificate);
    const certificatePath = await pemFile(own.certificate);
    await expect(ask(index, { certificatePath })).rejects.toMatchObject({ code: 'TROOP-1102' });
    const clientCertificatePath = await pemFile(client.certificate, client.key);
    expect((await ask(index, { certificatePath, clientCertificatePath }))?.files).toHaveLength(1);
  });

  it('is not asked when the certificate file is not there', async () => {
    const index = await startIndex();
    await expect(ask(index, { certificatePath: '/no/such/file.pem' })).rejects.toMatchObject({
      code: 'TROOP-1008',
    });
  });
});
