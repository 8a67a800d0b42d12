import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredentials } from '../../../../agent/enrolment/credentials.ts';
import { joinFleet, type JoinOptions } from '../../../../agent/enrolment/join-fleet.ts';
import { keyTexts } from '../../../support/fleet-wire.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

const coordinatorPublicKey = keyTexts().publicKey;
const enrolment = {
  agentId: 'agent-7',
  name: 'lab-7',
  credential: 'troop_agent_x',
  state: 'pending',
  coordinatorPublicKey,
  broker: { url: 'nats://127.0.0.1:4222', user: null, password: null },
};

let directory: TemporaryDirectory;
let server: Server;
let url: string;
let asked: { path: string; body: { token: string; publicKey: string; name: string } }[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  directory = await temporaryDirectory();
  asked = [];
  answer = { status: 201, body: enrolment };
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ path: request.url ?? '', body: JSON.parse(body) as (typeof asked)[0]['body'] });
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await directory.remove();
});

const options = (changes: Partial<JoinOptions> = {}): JoinOptions => ({
  url,
  tokenFile: '-',
  name: 'lab-7',
  credentialsPath: join(directory.path, 'credentials.json'),
  readStandardInput: () => Promise.resolve('  troop_join_abc\n'),
  ...changes,
});

describe('joining', () => {
  it('shows the token and the public half of a key that was made here, and keeps what comes back', async () => {
    const joined = await joinFleet(options({ url: `${url}/` }));
    expect(asked[0]?.path).toBe('/api/v1/agents/enrol');
    expect(asked[0]?.body).toMatchObject({ token: 'troop_join_abc', name: 'lab-7' });
    expect(asked[0]?.body.publicKey).toContain('BEGIN PUBLIC KEY');
    expect(JSON.stringify(asked)).not.toContain('PRIVATE');
    expect(joined.state).toBe('pending');
    const kept = await readCredentials(options().credentialsPath);
    expect(kept).toMatchObject({
      agentId: 'agent-7',
      coordinatorUrl: url,
      token: 'troop_agent_x',
      coordinatorPublicKey,
    });
    expect(kept).not.toHaveProperty('state');
  });

  it('again keeps the key, so that the machine stays the same', async () => {
    await joinFleet(options());
    await joinFleet(options());
    expect(asked[0]?.body.publicKey).toBe(asked[1]?.body.publicKey);
  });

  it('reads the token from a file, and says when there is none in it', async () => {
    const tokenFile = join(directory.path, 'token');
    await expect(joinFleet(options({ tokenFile }))).rejects.toMatchObject({ code: 'TROOP-1008' });
    for (const content of ['', 'two words', 'a\nb', 'x'.repeat(201)]) {
      await writeFile(tokenFile, content);
      await expect(joinFleet(options({ tokenFile }))).rejects.toMatchObject({ code: 'TROOP-1002' });
    }
    await writeFile(tokenFile, 'troop_join_file\n');
    await joinFleet(options({ tokenFile }));
    expect(asked.map(({ body }) => body.token)).toEqual(['troop_join_file']);
  });

  it('gives the very error that the coordinator met, and keeps nothing', async () => {
    answer = { status: 401, body: { code: 'TROOP-1205', facts: {} } };
    await expect(joinFleet(options())).rejects.toMatchObject({ code: 'TROOP-1205', exitCode: 4 });
    answer = { status: 500, body: 'oops' };
    await expect(joinFleet(options())).rejects.toMatchObject({ code: 'TROOP-1003' });
    answer = { status: 200, body: { hello: 'world' } };
    await expect(joinFleet(options())).rejects.toMatchObject({ code: 'TROOP-1003' });
    expect(await readCredentials(options().credentialsPath)).toBeNull();
  });

  it.each(['coordinator:8700', 'ftp://x', '', '/path'])('refuses %j as an address', async (wrong) => {
    await expect(joinFleet(options({ url: wrong }))).rejects.toMatchObject({ code: 'TROOP-1002' });
    expect(asked).toEqual([]);
  });
});
