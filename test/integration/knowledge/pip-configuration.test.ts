// Asks the real pip of the Python on PATH, with the environment set so that nothing of this machine's own settings matters.
import { writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPipConfiguration, type RunProgram } from '../../../shared/pip/pip-configuration.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import { removeFolder, temporaryFolder } from '../../support/fake-index-access.ts';

const signal = new AbortController().signal;
const execute = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await removeFolder(folder);
});

/** Runs with a home, a configuration file and variables of the test alone. */
function runWith(variables: Record<string, string>, isProbeBroken = false): RunProgram {
  const own = Object.entries(process.env).filter(([name]) => !/^PIP_|proxy$|_CA_BUNDLE$|^XDG_/i.test(name));
  return async ([file, ...rest], { timeoutMs }) => {
    if (isProbeBroken && rest[0]?.endsWith('.py') === true) throw new Error('this pip cannot be asked');
    const env = {
      ...Object.fromEntries(own),
      PIP_CONFIG_FILE: join(folder, 'pip.conf'),
      NETRC: join(folder, 'netrc'),
      ...variables,
    };
    return (await execute(file, rest, { encoding: 'utf8', timeout: timeoutMs, env })).stdout;
  };
}

describe.each([
  { way: 'its parser', isProbeBroken: false },
  { way: 'its commands', isProbeBroken: true },
])('pip, asked through $way', ({ isProbeBroken }) => {
  it('tells its files and the environment merged, several values apart', async () => {
    await writeFile(
      join(folder, 'pip.conf'),
      '[global]\nindex-url = https://one.example/simple\nextra-index-url =\n  https://two.example/simple\n  https://three.example/simple\n' +
        'find-links = /links/a /links/b\ntrusted-host = a.example\n  b.example:8443\n[install]\ntimeout = 7\n',
    );
    const variables = {
      PIP_FIND_LINKS: '/links/c',
      PIP_CERT: '/ca.pem',
      PIP_CLIENT_CERT: '/client.pem',
      PIP_PROXY: 'http://proxy.example:3128',
    };
    const configuration = await readPipConfiguration('python3', signal, runWith(variables, isProbeBroken));
    expect(configuration).toMatchObject({
      indexUrl: 'https://one.example/simple',
      extraIndexUrls: ['https://two.example/simple', 'https://three.example/simple'],
      findLinks: ['/links/c'],
      noIndex: false,
      certificatePath: '/ca.pem',
      clientCertificatePath: '/client.pem',
      proxy: 'http://proxy.example:3128',
      trustedHosts: ['a.example', 'b.example:8443'],
      timeoutMs: 7000,
    });
  });

  it('tells its own default index when none is configured', async () => {
    await writeFile(join(folder, 'pip.conf'), '');
    const configuration = await readPipConfiguration('python3', signal, runWith({}, isProbeBroken));
    expect(configuration.indexUrl).toMatch(/^https:\/\/.+\/simple\/?$/);
    expect(configuration.extraIndexUrls.includes(configuration.indexUrl)).toBe(false);
  });
});

describe('pip', () => {
  it('brings the user of ~/.netrc for its hosts, and nothing prints the password', async () => {
    await writeFile(join(folder, 'pip.conf'), '[global]\nindex-url = https://one.example/simple\n');
    await writeFile(join(folder, 'netrc'), 'machine one.example login me password s3cret\n', { mode: 0o600 });
    const configuration = await readPipConfiguration('python3', signal, runWith({}));
    const expected = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    expect(configuration.netrc.get('one.example')?.basicAuthorization()).toBe(expected);
    expect(JSON.stringify([...configuration.netrc])).not.toContain('s3cret');
  });

  it('that is not there is an error that names the interpreter', async () => {
    const failure = await readPipConfiguration('/no/such/python', signal).catch((error: TroopError) => error);
    expect(failure).toMatchObject({
      code: 'TROOP-1101',
      facts: { python: '/no/such/python', reason: 'there is no such program' },
    });
  });
});
