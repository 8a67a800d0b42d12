import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorContext, Finding } from '../../../../../agent/enrolment/doctor/check.ts';
import { OLDEST_NODE } from '../../../../../agent/enrolment/doctor/checks/node.ts';
import {
  clockOffsetMs,
  probeCoordinator,
  type CoordinatorProbe,
} from '../../../../../agent/enrolment/doctor/probe-coordinator.ts';
import { checks } from '../../../../../agent/enrolment/doctor/registry.ts';
import { runChecks } from '../../../../../agent/enrolment/doctor/run-checks.ts';
import { stateLayout } from '../../../../../agent/state-layout.ts';
import { TroopError } from '../../../../../shared/errors/troop-error.ts';
import {
  emptyFingerprint,
  type Fingerprint,
  type InterpreterFacts,
} from '../../../../../shared/machine/fingerprint.ts';
import { systemClock } from '../../../../../shared/runtime/clock.ts';
import packageJson from '../../../../../package.json' with { type: 'json' };
import { createFakeClock } from '../../../../support/fake-clock.ts';
import { sampleCredentials } from '../../../../support/sample-credentials.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const python = (changes: Partial<InterpreterFacts> = {}): InterpreterFacts => ({
  path: '/usr/bin/python3.11',
  implementation: 'cpython',
  version: '3.11',
  fullVersion: '3.11.7',
  platform: 'linux_x86_64',
  freeThreaded: false,
  libc: 'glibc 2.36',
  tags: { count: 100, best: 'cp311' },
  ...changes,
});

const context = (changes: Partial<DoctorContext> = {}): DoctorContext => ({
  fingerprint: emptyFingerprint,
  layout: stateLayout(join(directory.path, 'a', 'state')),
  credentials: null,
  platform: 'linux',
  nodeVersion: 'v20.19.0',
  isRoot: process.getuid?.() === 0,
  environment: {},
  searchPath: [],
  clock: systemClock,
  nextId: () => 'an-id',
  brokerTimeoutMs: 200,
  askCoordinator: () => Promise.reject(new Error('nobody was to be asked')),
  ...changes,
});

const withCpu = (cpu: Partial<Fingerprint['cpu']>): Fingerprint => ({
  ...emptyFingerprint,
  cpu: { ...emptyFingerprint.cpu, ...cpu },
});

async function find(id: string, changes: Partial<DoctorContext> = {}): Promise<Finding> {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  return await check.run(context(changes));
}
const stateOf = async (id: string, changes: Partial<DoctorContext> = {}): Promise<string> =>
  (await find(id, changes)).state;

/** A program of that name which does what the shell text says. */
async function program(name: string, script: string): Promise<string> {
  const folder = join(directory.path, 'bin');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

const probe = (changes: object): Pick<DoctorContext, 'credentials' | 'askCoordinator'> => ({
  credentials: sampleCredentials(),
  askCoordinator: () =>
    Promise.resolve({
      reachable: true,
      version: '1',
      isKnown: true,
      clockOffsetMs: 0,
      ...changes,
    } as CoordinatorProbe),
});

describe('the checks of a doctor', () => {
  it('have ids of their own, and tell what to do wherever something is wrong', async () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { state, fix, seen, id } of await runChecks(checks, context())) {
      expect({ id, saysWhat: fix !== null, isEmpty: seen === '' }).toEqual({
        id,
        saysWhat: state === 'warn' || state === 'fail',
        isEmpty: false,
      });
    }
  });

  it('leave nothing behind on a machine that has not joined', async () => {
    await runChecks(checks, context());
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('skip what needs a coordinator while the machine has not joined', async () => {
    for (const id of ['enrolment', 'coordinator', 'clock', 'broker']) expect(await stateOf(id)).toBe('skip');
  });

  it('know the systems that are served', async () => {
    const fingerprint = withCpu({ architecture: 'x86_64' });
    expect(await stateOf('operating-system', { fingerprint })).toBe('ok');
    expect(await stateOf('operating-system', { fingerprint: withCpu({ architecture: 'riscv64' }) })).toBe(
      'fail',
    );
    expect(await stateOf('operating-system', { platform: 'darwin' })).toBe('warn');
    expect(await stateOf('operating-system', { platform: 'freebsd' })).toBe('fail');
  });

  it('want the Node that package.json wants', async () => {
    expect(packageJson.engines.node).toBe(`>=${OLDEST_NODE.replace(/\.0$/, '')}`);
    expect(await stateOf('node')).toBe('ok');
    expect(await stateOf('node', { nodeVersion: 'v20.18.3' })).toBe('fail');
    expect(await stateOf('node', { nodeVersion: 'v24.1.0' })).toBe('ok');
  });

  it('want a CPython of 3.9 or newer', async () => {
    const having = (...interpreters: InterpreterFacts[]) => ({
      fingerprint: { ...emptyFingerprint, interpreters },
    });
    expect(await stateOf('python', having(python()))).toBe('ok');
    expect(await stateOf('python', having(python({ version: '3.9', fullVersion: '3.9.18' })))).toBe('ok');
    expect(await stateOf('python', having(python({ version: '3.8' })))).toBe('fail');
    expect(await stateOf('python', having(python({ implementation: 'pypy', tags: null })))).toBe('fail');
    expect(await stateOf('python', having())).toBe('fail');
  });

  it('want a pip that answers, and less so where there is uv', async () => {
    const folder = await program('python3.11', 'echo "pip 24.0 from /x (python 3.11)"');
    const broken = await program('python3.12', 'echo "No module named pip" >&2; exit 1');
    const having = (...paths: string[]) => ({
      fingerprint: { ...emptyFingerprint, interpreters: paths.map((path) => python({ path })) },
    });
    const good = having(join(broken, 'python3.12'), join(folder, 'python3.11'));
    expect(await find('pip', good)).toMatchObject({
      state: 'ok',
      seen: expect.stringContaining('pip 24.0') as string,
    });
    const bad = having(join(broken, 'python3.12'));
    expect(await find('pip', bad)).toMatchObject({
      state: 'fail',
      seen: expect.stringContaining('No module named pip') as string,
    });
    await program('uv', 'echo "uv 0.8.0"');
    expect(await stateOf('pip', { ...bad, searchPath: [folder] })).toBe('warn');
    expect(await stateOf('pip', having())).toBe('skip');
  });

  it('take the uv of PATH when it is new enough, and need none', async () => {
    expect(await stateOf('uv')).toBe('skip');
    const folder = await program('uv', 'echo "uv 0.4.30"');
    expect(await stateOf('uv', { searchPath: [folder] })).toBe('skip');
    await program('uv', 'echo "uv 0.5.0 (abc)"');
    expect(await find('uv', { searchPath: [folder] })).toMatchObject({
      state: 'ok',
      seen: `0.5.0 (${folder}/uv)`,
    });
  });

  it('warn of a sandbox that is a process group only', async () => {
    const { state, seen, fix } = await find('sandbox');
    expect(state).toBe('warn');
    expect(seen).toContain('process-group');
    expect(seen).toContain('bwrap is not installed');
    expect(fix).toContain('bubblewrap');
  });

  it('fail where the state directory cannot be made', async () => {
    await writeFile(join(directory.path, 'a'), 'a file where a directory should be');
    expect(await find('sandbox')).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining('--state') as string,
    });
  });

  it('measure the space of the disk that the state directory will be on', async () => {
    expect(await find('disk')).toMatchObject({
      seen: expect.stringMatching(/^[\d.]+ [kMGT]B free for/) as string,
    });
  });

  it('tell the level and the lanes of the machine', async () => {
    const fingerprint = withCpu({
      architecture: 'x86_64',
      flags: ['avx2'],
      level: 'x86-64-v1',
      modelName: 'A CPU',
    });
    expect(await find('lanes', { fingerprint })).toMatchObject({
      state: 'ok',
      seen: 'A CPU, x86-64-v1; lanes avx2 any',
    });
    expect(await stateOf('lanes')).toBe('warn');
  });

  it('warn of what makes times move, and skip what nothing tells', async () => {
    const moving = { ...withCpu({ governor: 'powersave', turbo: true }), virtualisation: 'kvm' };
    const steady = { ...withCpu({ governor: 'performance', turbo: false }), virtualisation: 'none' };
    for (const id of ['governor', 'turbo', 'virtualisation']) {
      expect(await stateOf(id, { fingerprint: moving })).toBe('warn');
      expect(await stateOf(id, { fingerprint: steady })).toBe('ok');
      expect(await stateOf(id)).toBe('skip');
    }
  });

  it('fail on credentials that cannot be used, and on nothing that needs them', async () => {
    const credentials = new TroopError('TROOP-1002', { what: 'the credentials file', reason: 'not JSON' });
    expect(await find('enrolment', { credentials })).toMatchObject({
      state: 'fail',
      seen: credentials.message,
    });
    const states = ['coordinator', 'clock', 'broker'].map((id) => stateOf(id, { credentials }));
    expect(await Promise.all(states)).toEqual(['skip', 'skip', 'skip']);
  });

  it('fail when the coordinator does not answer or does not know the machine', async () => {
    expect(await stateOf('coordinator', probe({}))).toBe('ok');
    expect(await stateOf('coordinator', probe({ isKnown: false }))).toBe('fail');
    const away = probe({ reachable: false, reason: 'ECONNREFUSED' });
    expect(await find('coordinator', away)).toMatchObject({
      state: 'fail',
      seen: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(await stateOf('clock', away)).toBe('skip');
  });

  it('warn of a clock that is off by more than two seconds', async () => {
    expect(await stateOf('clock', probe({ clockOffsetMs: -1900 }))).toBe('ok');
    expect(await stateOf('clock', probe({ clockOffsetMs: 2100 }))).toBe('warn');
    expect(await stateOf('clock', probe({ clockOffsetMs: -86_400_000 }))).toBe('warn');
    expect(await stateOf('clock', probe({ clockOffsetMs: null }))).toBe('skip');
  });

  it('fail with what to do when the broker does not answer, and show no password', async () => {
    const credentials = sampleCredentials({
      broker: { url: 'nats://127.0.0.1:1', user: 'u', password: 'hunter2' },
    });
    const [result] = await runChecks(
      checks.filter(({ id }) => id === 'broker'),
      context({ credentials }),
    );
    expect(result).toMatchObject({ state: 'fail', fix: expect.any(String) as string });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('running the checks', () => {
  const check = (id: string, run: () => Promise<Finding>) => ({ id, title: id, run });
  const fine: Finding = { state: 'ok', seen: 'x', fix: null };

  it('goes on after a check that breaks or hangs', async () => {
    const clock = createFakeClock();
    const results = runChecks(
      [
        check('broken', () => Promise.reject(new Error('a defect'))),
        check('refused', () => Promise.reject(new TroopError('TROOP-1207', { directory: '/x' }))),
        check('hanging', () => new Promise(() => {})),
        check('fine', () => Promise.resolve(fine)),
      ],
      context({ clock }),
    );
    await clock.advance(120_000);
    expect((await results).map(({ id, state }) => [id, state])).toEqual([
      ['broken', 'warn'],
      ['refused', 'fail'],
      ['hanging', 'warn'],
      ['fine', 'ok'],
    ]);
  });
});

describe('asking the coordinator', () => {
  it('learns whether it is there, knows the machine, and what time it is', async () => {
    let status = 404;
    const server = createServer((request, response) => {
      if (request.url === '/livez') response.end('{"status":"alive","version":"9.9.9"}');
      else response.writeHead(request.headers.authorization === 'Bearer mine' ? status : 500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const coordinatorUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = () => probeCoordinator({ coordinatorUrl, token: 'mine' }, systemClock);
    const known = await ask();
    expect(known).toMatchObject({ reachable: true, version: '9.9.9', isKnown: true });
    status = 401;
    expect(await ask()).toMatchObject({ reachable: true, isKnown: false });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await ask()).toMatchObject({ reachable: false });
  });

  it('takes the middle of the question for the time of the answer', () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    const theirs = Date.UTC(2030, 0, 1);
    expect(clockOffsetMs(date, theirs + 400, theirs + 600)).toBe(0);
    expect(clockOffsetMs(date, theirs + 10_400, theirs + 10_600)).toBe(10_000);
    expect(clockOffsetMs(undefined, 0, 0)).toBeNull();
    expect(clockOffsetMs('nonsense', 0, 0)).toBeNull();
  });
});
