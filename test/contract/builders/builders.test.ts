// What every builder promises, on distributions made on the spot, in the sandbox that works here.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Builder, BuildResult } from '../../../agent/build/builder.ts';
import { withCache } from '../../../agent/build/with-cache.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import {
  builderMakers,
  type Distribution,
  makeDistribution,
  openWorkshop,
  python,
  pythonVersion,
  requestFor,
  type Workshop,
} from './support.ts';

const never = new AbortController().signal;
const root = await realpath(await mkdtemp('/var/tmp/troop-builders-'));
const folder = join(root, 'folder');
await mkdir(folder);
afterAll(() => rm(root, { recursive: true, force: true }));

const { makers, missing } = await builderMakers();

describe.skipIf(missing.length === 0)('builders that cannot be had here', () => {
  test.for(missing)('%s', (reason, { skip }) => {
    expect(reason).not.toBe('');
    skip(reason);
  });
});

const alpha = makeDistribution(folder, { name: 'alpha', version: '1.0', requires: ['beta>=2'] });
const beta = makeDistribution(folder, { name: 'beta', version: '2.1' });

const withoutUrl = ({ locked }: Distribution): LockedPackage => ({
  ...locked,
  files: locked.files.map(({ filename, sha256 }) => ({
    filename,
    ...(sha256 === undefined ? {} : { sha256 }),
  })),
});

const say = (path: string, code: string): string =>
  execFileSync(path, ['-I', '-c', code], { encoding: 'utf8' }).trim();

describe.each(makers)('$name', ({ name, make }) => {
  let workshop: Workshop;
  let builder: Builder;
  beforeAll(async () => {
    workshop = await openWorkshop(await mkdtemp(join(root, 'workshop-')));
    builder = make(workshop.options);
  });

  const failureOf = (result: BuildResult): unknown =>
    result.ok
      ? 'it was built'
      : { code: result.failure.error.code, cause: result.failure.cause, phase: result.failure.phase };

  test('builds a stack whose python imports it, compiled, and nothing else', async () => {
    const result = await builder.build(requestFor([alpha.locked, beta.locked]), never);
    expect(result.log).toMatch(/alpha/);
    expect(result).toMatchObject({ ok: true, environment: { builder: name, reused: false } });
    const { environment } = result as Extract<BuildResult, { ok: true }>;
    const code = 'import alpha, beta, sys; print(alpha.version, beta.version, sys.prefix)';
    expect(say(environment.python, code)).toBe(`1.0 2.1 ${environment.prefix}`);
    const site = say(environment.python, 'import alpha, os; print(os.path.dirname(alpha.__cached__))');
    expect((await readdir(site)).some((file) => file.endsWith('.pyc'))).toBe(true);
    expect(await readdir(workshop.paths.workspaces)).toEqual([]);
  });

  test('compiles what is no test, wherever the agent keeps its state', async () => {
    const files = { 'epsilon.py': '', 'epsilon_tests/tests/unit.py': '' };
    const tested = makeDistribution(folder, { name: 'epsilon', version: `0.${name.length}`, files });
    await mkdir(join(root, 'tests'), { recursive: true });
    const other = await openWorkshop(await mkdtemp(join(root, 'tests', 'workshop-')));
    const result = await make(other.options).build(requestFor([tested.locked]), never);
    const { environment } = result as Extract<BuildResult, { ok: true }>;
    const library = join(environment.prefix, 'lib', `python${pythonVersion}`, 'site-packages');
    expect(existsSync(join(library, '__pycache__'))).toBe(true);
    expect(existsSync(join(library, 'epsilon_tests', 'tests', '__pycache__'))).toBe(false);
  });

  test('finds a file without an address by its hash on the index that it is told', async () => {
    const indexes = [{ name: 'folder', urls: [], findLinks: [pathToFileURL(folder).href] }];
    const fresh = makeDistribution(folder, { name: 'gamma', version: `1.${name.length}` });
    const result = await builder.build(requestFor([withoutUrl(fresh)], { indexes }), never);
    expect(result).toMatchObject({ ok: true });
  });

  test('takes a file from the coordinator when its address leads nowhere', async () => {
    const asked: string[] = [];
    const { createReadStream } = await import('node:fs');
    const other = await openWorkshop(await mkdtemp(join(root, 'workshop-')), (sha256, filename) => {
      asked.push(`${sha256} ${filename}`);
      return Promise.resolve(createReadStream(beta.path));
    });
    const gone = {
      ...beta.locked,
      files: [
        { ...beta.locked.files[0], filename: 'beta-2.1-py3-none-any.whl', url: 'file:///nonexistent/b.whl' },
      ],
    };
    const result = await make(other.options).build(requestFor([gone]), never);
    expect(asked).toEqual([`${beta.sha256} beta-2.1-py3-none-any.whl`]);
    expect(result).toMatchObject({ ok: true });
  });

  test('an address that leads nowhere, with a coordinator that has nothing, is the fleet’s failure', async () => {
    const gone = {
      ...alpha.locked,
      files: [
        { filename: 'delta-1.0-py3-none-any.whl', sha256: 'a'.repeat(64), url: 'file:///nonexistent/b.whl' },
      ],
    };
    const result = await builder.build(requestFor([gone]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1403', cause: 'fleet', phase: 'fetch' });
  });

  test('a file that is not what the index listed is the stack’s failure', async () => {
    const wrong = makeDistribution(folder, { name: 'wrong', version: '1.0' });
    const listed = {
      ...wrong.locked,
      files: wrong.locked.files.map((file) => ({ ...file, sha256: 'b'.repeat(64) })),
    };
    const result = await builder.build(requestFor([listed]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1402', cause: 'stack', phase: 'fetch' });
  });

  test('the same holds when the builder itself finds the file', async () => {
    const wrong = makeDistribution(folder, { name: 'wrongtoo', version: '1.0' });
    const listed = {
      ...withoutUrl(wrong),
      files: [{ filename: 'wrongtoo-1.0-py3-none-any.whl', sha256: 'c'.repeat(64) }],
    };
    const indexes = [{ name: 'folder', urls: [], findLinks: [pathToFileURL(folder).href] }];
    const result = await builder.build(requestFor([listed], { indexes }), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1402', cause: 'stack', phase: 'fetch' });
  });

  test('a broken wheel is the stack’s failure', async () => {
    const broken = makeDistribution(folder, { name: 'broken', version: '1.0', truncated: true });
    const result = await builder.build(requestFor([broken.locked]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1410', cause: 'stack', phase: 'build' });
    expect(result.log).toContain('error[TROOP-1410]');
  });

  test('a wheel that says another version inside is never measured under the name of its file', async () => {
    const masked = makeDistribution(folder, { name: 'masked', version: '1.0', metadataVersion: '2.0' });
    const result = await builder.build(requestFor([masked.locked]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1409', cause: 'stack', phase: 'build' });
  });

  test('a wheel for another platform is the stack’s failure', async () => {
    const other = makeDistribution(folder, { name: 'other', version: '1.0', tag: 'cp39-cp39-win_amd64' });
    const result = await builder.build(requestFor([other.locked]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1401', cause: 'stack', phase: 'build' });
  });

  test('packages that do not fit together are a finding', async () => {
    const result = await builder.build(requestFor([alpha.locked]), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1411', cause: 'stack', phase: 'build' });
    expect(result).toMatchObject({
      failure: { error: { message: expect.stringContaining('beta') as string } },
    });
  });

  test('a source distribution is refused unless it is allowed', async () => {
    const source = makeDistribution(folder, { name: 'source', version: '1.0', sdist: true });
    const refused = await builder.build(requestFor([source.locked]), never);
    expect(failureOf(refused)).toEqual({ code: 'TROOP-1401', cause: 'stack', phase: 'build' });
    const allowed = await builder.build(requestFor([source.locked], { allowSdists: true }), never);
    expect(failureOf(allowed)).toEqual({ code: 'TROOP-1408', cause: 'stack', phase: 'build' });
  });

  test('code of a source distribution may write neither the shared cache, other environments nor what is kept', async () => {
    const { cache, environments, kept } = workshop.paths;
    const places = [cache, environments, kept];
    const seen = `import os, json\nprint("writable " + json.dumps([os.access(p, os.W_OK) for p in ${JSON.stringify(places)}]))\nraise SystemExit(1)\n`;
    const source = makeDistribution(folder, {
      name: 'grasping',
      version: '1.0',
      sdist: true,
      files: {
        'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        'backend.py': seen,
      },
    });
    await builder.build(requestFor([beta.locked]), never);
    const result = await builder.build(requestFor([source.locked], { allowSdists: true }), never);
    expect(result.log).toContain('writable [false, false, false]');
    const wheels = requestFor([beta.locked, alpha.locked], { allowSdists: true });
    expect(await builder.build(wheels, never)).toMatchObject({ ok: true });
  });

  test('an interpreter that is not there is the fleet’s failure', async () => {
    const result = await builder.build(
      requestFor([beta.locked], { interpreter: '/nonexistent/python' }),
      never,
    );
    expect(failureOf(result)).toEqual({ code: 'TROOP-1406', cause: 'fleet', phase: 'build' });
  });

  test('an unreachable index is the fleet’s failure', async () => {
    // A server that was there a moment ago: nothing listens on its port now.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${port}/simple/`;
    const indexes = [{ name: 'folder', urls: [url], findLinks: [] }];
    const elsewhere = makeDistribution(folder, { name: 'elsewhere', version: '1.0' });
    const result = await builder.build(requestFor([withoutUrl(elsewhere)], { indexes }), never);
    expect(failureOf(result)).toEqual({ code: 'TROOP-1403', cause: 'fleet', phase: 'fetch' });
  });

  test('ends when its time is over, and when it is cancelled', async () => {
    const late = await builder.build(requestFor([beta.locked], { timeoutMs: 1 }), never);
    expect(late).toMatchObject({ ok: false, failure: { outcome: 'timed_out', cause: 'fleet' } });
    const cancelled = await builder.build(requestFor([beta.locked]), AbortSignal.abort());
    expect(cancelled).toMatchObject({ ok: false, failure: { outcome: 'cancelled' } });
  });

  test('shows the build neither the agent’s state nor its environment, and no credentials in the log', async () => {
    const state = join(workshop.paths.root, '..');
    await writeFile(join(state, 'credentials'), 'secret');
    const seen = `import os, json\nfound = [os.path.exists(${JSON.stringify(join(state, 'credentials'))}), sorted(os.environ)]\nprint("https://user:hunter2@host/ " + json.dumps(found))\nraise SystemExit(1)\n`;
    const nosy = makeDistribution(folder, {
      name: 'nosy',
      version: '1.0',
      sdist: true,
      files: {
        'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        'backend.py': seen,
      },
    });
    process.env['TROOP_TEST_SECRET'] = 'secret';
    const result = await builder.build(requestFor([nosy.locked], { allowSdists: true }), never);
    delete process.env['TROOP_TEST_SECRET'];
    expect(failureOf(result)).toMatchObject({ code: 'TROOP-1408', cause: 'stack', phase: 'build' });
    expect(result.log).toContain('https://[removed]@host/ [false');
    expect(result.log).not.toContain('TROOP_TEST_SECRET');
    expect(result.log).not.toContain('hunter2');
  });

  test('keeps a file that runs at the start of Python from changing the files of others', async () => {
    const victim = makeDistribution(folder, { name: 'victim', version: `1.${name.length}` });
    const poison =
      "import os, sys; [open(os.path.join(p, 'victim', '__init__.py'), 'a').write('poisoned = True\\n') for p in sys.path if os.access(os.path.join(p, 'victim', '__init__.py'), os.W_OK)]\n";
    const hostile = makeDistribution(folder, {
      name: 'hostile',
      version: `1.${name.length}`,
      files: { 'hostile.pth': poison, 'hostile/__init__.py': '' },
    });
    const result = await builder.build(requestFor([victim.locked, hostile.locked]), never);
    const { environment } = result as Extract<BuildResult, { ok: true }>;
    const library = join(environment.prefix, 'lib', `python${pythonVersion}`, 'site-packages');
    expect(await readFile(join(library, 'victim', '__init__.py'), 'utf8')).not.toContain('poisoned');
  });

  test('with the cache, the same stack is built once, also by several at a time', async () => {
    const cached = withCache(builder, { ...workshop, clock: systemClock });
    const stack = [makeDistribution(folder, { name: 'epsilon', version: `1.${name.length}` }).locked];
    const results = await Promise.all([1, 2, 3].map(() => cached.build(requestFor(stack), never)));
    const built = results.filter((result) => result.ok && !result.environment.reused);
    expect(results.every((result) => result.ok)).toBe(true);
    expect(built).toHaveLength(1);
    const [first] = results as Extract<BuildResult, { ok: true }>[];
    // A broken one is built again: its interpreter is gone.
    await rm(first?.environment.python ?? '');
    expect(await cached.build(requestFor(stack), never)).toMatchObject({
      ok: true,
      environment: { reused: false },
    });
    expect(await cached.build(requestFor(stack), never)).toMatchObject({
      ok: true,
      environment: { reused: true },
    });
  });

  test('with the cache, a failed build leaves nothing that could be taken for an environment', async () => {
    const cached = withCache(builder, { ...workshop, clock: systemClock });
    const request = requestFor([alpha.locked]);
    const prefix = workshop.environments.prefixOf(await workshop.environments.keyOf(request));
    expect(await cached.build(request, never)).toMatchObject({ ok: false });
    expect(existsSync(prefix)).toBe(false);
  });

  test('another copy of the interpreter gets an environment of its own', async () => {
    const copy = join(root, `python-${name}`);
    await copyFile(python, copy);
    const keys = [python, copy].map((interpreter) =>
      workshop.environments.keyOf(requestFor([beta.locked], { interpreter })),
    );
    expect(new Set(await Promise.all(keys)).size).toBe(2);
  });
});
