// Several builders over the same caches, as processes: nothing half-written is ever used, whoever is killed when.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BuiltEnvironment } from '../../../agent/build/builder.ts';
import { createCacheSweeper, type CacheSweeper } from '../../../agent/build/sweep-caches.ts';
import { uvBuilder } from '../../../agent/build/uv-builder.ts';
import { withCache } from '../../../agent/build/with-cache.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import { compileChild, type CompiledChild } from '../../support/compile-child.ts';
import { installableWheel } from '../../support/e2e-wheels.ts';
import { startFakeIndex, type FakeIndex } from '../../support/fake-index.ts';
import { until } from '../../support/until.ts';
import {
  testUv,
  openWorkshop,
  python,
  pythonVersion,
  requestFor,
  type Workshop,
} from '../../contract/builders/support.ts';

const never = new AbortController().signal;
const uv = await testUv();
let home: string;
let index: FakeIndex;
let program: CompiledChild;
let root: string;
let workshop: Workshop;

beforeAll(async () => {
  home = await realpath(await mkdtemp('/var/tmp/troop-shared-'));
  program = await compileChild(fileURLToPath(new URL('building-process.ts', import.meta.url)));
});
afterAll(async () => {
  await program.remove();
  await rm(home, { recursive: true, force: true });
});
beforeEach(async () => {
  index = await startFakeIndex();
  root = await mkdtemp(join(home, 'workshop-'));
  workshop = await openWorkshop(root);
  return () => index.close();
});

/** A package that the index serves, with something in it to unpack. */
function published(name: string, version: string): LockedPackage {
  const module = `version = '${version}'\n# ${name}${version} `.padEnd(50_000, 'x');
  const made = installableWheel({ name, version, module: `${module}\n` });
  index.add(name, made);
  const { filename, sha256 } = made;
  const url = `${index.origin}/files/${sha256}/${filename}`;
  return { name, version, index: 'own', files: [{ filename, url, sha256 }] };
}

const fetched = (): readonly string[] =>
  index.requests.map(({ path }) => path).filter((path) => path.startsWith('/files/'));

interface Building {
  readonly child: ChildProcess;
  readonly go: () => void;
  /** What it said, when it has ended by itself. */
  readonly said: Promise<readonly { environment?: BuiltEnvironment; error?: string; log?: string }[]>;
}

/** Ready to build as soon as it is told to. */
async function startBuilding(...stacks: readonly (readonly LockedPackage[])[]): Promise<Building> {
  const child = spawn(process.execPath, [program.path, root, uv ?? '', JSON.stringify(stacks)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const said = once(child, 'close').then(() => lines.slice(1).map((line) => JSON.parse(line) as object));
  await Promise.race([
    once(reader, 'line'),
    said.then(() => Promise.reject(new Error('it ended before it began'))),
  ]);
  return { child, go: () => child.stdin.end('go\n'), said };
}

/** Which may have ended by itself. */
async function killed({ child, said }: Building): Promise<void> {
  child.kill('SIGKILL');
  // A line may be cut off.
  await said.catch(() => {});
}

const versionsIn = ({ python: path }: BuiltEnvironment, names: readonly string[]): string =>
  execFileSync(
    path,
    ['-I', '-c', `import ${names.join(', ')}; print(${names.map((name) => `${name}.version`).join(', ')})`],
    {
      encoding: 'utf8',
    },
  ).trim();

const cachedBuilder = () =>
  withCache(uvBuilder({ ...workshop.options, uv: uv ?? '' }), { ...workshop, clock: systemClock });

async function built(packages: readonly LockedPackage[]): Promise<BuiltEnvironment> {
  const result = await cachedBuilder().build(requestFor(packages), never);
  if (!result.ok) throw new Error(result.log);
  return result.environment;
}

const sweeperOf = (maximumBytes: number): CacheSweeper =>
  createCacheSweeper({
    environments: workshop.environments,
    store: workshop.options.fetch.store,
    kept: workshop.kept,
    uses: workshop.uses,
    builderCache: workshop.paths.cache,
    workspaces: workshop.paths.workspaces,
    maximumBytes,
    missingBytes: () => Promise.resolve(0),
    clock: systemClock,
  });

const namesIn = (path: string): Promise<readonly string[]> => readdir(path).catch(() => []);

/** Nothing of anybody's but what is cached for good. */
async function expectNoLitter(): Promise<void> {
  const { wheels, workspaces, environments, uses, kept } = workshop.paths;
  expect((await namesIn(kept)).filter((name) => !/^[0-9a-f]{32}$/.test(name))).toEqual([]);
  expect(await namesIn(workspaces)).toEqual([]);
  expect(await namesIn(join(wheels, 'incoming'))).toEqual([]);
  expect((await namesIn(environments)).filter((name) => !/^[0-9a-f]{32}(\.json)?$/.test(name))).toEqual([]);
  expect(await namesIn(uses)).toEqual([]);
}

describe.skipIf(uv === null)('caches that several builders share', () => {
  test('the same stack at the same moment is built once, and both have it', async () => {
    const stack = [published('alpha', '1.0'), published('beta', '1.0')];
    const both = [await startBuilding(stack), await startBuilding(stack)];
    for (const { go } of both) go();
    const said = (await Promise.all(both.map((one) => one.said))).flat();
    expect(said.filter(({ environment }) => environment?.reused === true)).toHaveLength(1);
    expect(fetched()).toHaveLength(2);
    for (const { environment } of said) {
      expect(environment && versionsIn(environment, ['alpha', 'beta'])).toBe('1.0 1.0');
    }
    await expectNoLitter();
  });

  test('stacks that overlap, at the same moment, are each whole', async () => {
    const [a1, a2] = [published('alpha', '1.0'), published('alpha', '2.0')];
    const [b, c, d] = [published('beta', '1.0'), published('gamma', '1.0'), published('delta', '1.0')];
    const all = [
      await startBuilding([a1, b, c], [a2, b, d]),
      await startBuilding([a1, b, d], [a1, b, c]),
      await startBuilding([a2, b, c, d], [a1, d]),
    ];
    for (const { go } of all) go();
    const [first, second, third] = await Promise.all(all.map((one) => one.said));
    expect(
      [...(first ?? []), ...(second ?? []), ...(third ?? [])].flatMap(({ error, log }) =>
        error ? [log] : [],
      ),
    ).toEqual([]);
    const seen = (which: typeof first, position: number, ...names: string[]): string =>
      versionsIn(which?.[position]?.environment as BuiltEnvironment, names);
    expect(seen(first, 0, 'alpha', 'beta', 'gamma')).toBe('1.0 1.0 1.0');
    expect(seen(first, 1, 'alpha', 'beta', 'delta')).toBe('2.0 1.0 1.0');
    expect(seen(third, 0, 'alpha', 'beta', 'gamma', 'delta')).toBe('2.0 1.0 1.0 1.0');
    await expectNoLitter();
  });

  test('a builder that is killed while it fetches, installs, builds, keeps or links poisons nothing', async () => {
    const stack = [published('alpha', '1.0'), published('beta', '1.0')];
    const moments: readonly (() => Promise<unknown>)[] = [
      () => index.whenAsked(/\/files\//),
      () => until(async () => (await namesIn(workshop.paths.workspaces)).length > 0, { everyMs: 1 }),
      () =>
        until(
          async () =>
            existsSync(workshop.environments.pythonOf(await workshop.environments.keyOf(requestFor(stack)))),
          { everyMs: 1 },
        ),
      () => until(async () => (await namesIn(workshop.paths.kept)).length > 0, { everyMs: 1 }),
      () =>
        until(
          async () => {
            const request = requestFor(stack);
            return existsSync(
              join(workshop.environments.prefixOf(await workshop.environments.keyOf(request)), 'pyvenv.cfg'),
            );
          },
          { everyMs: 1 },
        ),
    ];
    index.fail(/\/files\//, { kind: 'silence' }, 1);
    for (const moment of moments) {
      const building = await startBuilding(stack);
      const reached = moment();
      building.go();
      await reached;
      await killed(building);
    }
    expect(versionsIn(await built(stack), ['alpha', 'beta'])).toBe('1.0 1.0');
    await sweeperOf(1e12).sweep();
    await expectNoLitter();
    expect(await built(stack)).toMatchObject({ reused: true });
  });

  test('what is kept is linked by several at the same moment, and by a builder that finds half a draft', async () => {
    const [a, b, c] = [published('alpha', '1.0'), published('beta', '1.0'), published('gamma', '1.0')];
    await built([a]);
    await built([b]);
    await mkdir(join(workshop.paths.kept, 'draft-of-one-that-was-killed'));
    const both = [await startBuilding([a, b]), await startBuilding([a, b, c])];
    for (const { go } of both) go();
    const [first, second] = await Promise.all(both.map((one) => one.said));
    expect(versionsIn(first?.[0]?.environment as BuiltEnvironment, ['alpha', 'beta'])).toBe('1.0 1.0');
    expect(versionsIn(second?.[0]?.environment as BuiltEnvironment, ['alpha', 'beta', 'gamma'])).toBe(
      '1.0 1.0 1.0',
    );
    await sweeperOf(1e12).sweep();
    await expectNoLitter();
  });

  test('a stack that differs in one package fetches one file, and shares the unpacked files of all others', async () => {
    const common = ['alpha', 'beta', 'gamma', 'delta'].map((name) => published(name, '1.0'));
    const first = await built([...common, published('last', '1.0')]);
    expect(first.files).toEqual({ needed: 5, reused: 0 });
    index.forgetRequests();
    const second = await built([...common, published('last', '2.0')]);
    expect(fetched()).toHaveLength(1);
    expect(second.files).toEqual({ needed: 5, reused: 4 });
    const inodeOf = ({ prefix }: BuiltEnvironment, name: string): number =>
      statSync(join(prefix, 'lib', `python${pythonVersion}`, 'site-packages', name, '__init__.py')).ino;
    const shared = ['alpha', 'beta', 'gamma', 'delta', 'last'].filter(
      (name) => inodeOf(first, name) === inodeOf(second, name),
    );
    expect(shared).toEqual(['alpha', 'beta', 'gamma', 'delta']);
  });

  test('a file that was damaged in the store is the machine’s fault, and is fetched again', async () => {
    const stack = [published('alpha', '1.0')];
    await built(stack);
    const [file] = stack[0]?.files ?? [];
    const store = workshop.options.fetch.store;
    const stored = await store.find(file?.sha256 ?? '', file?.filename ?? '');
    await writeFile(stored?.path ?? '', 'damaged');
    // Else the file would not be needed: what was installed from it is whole.
    await rm(workshop.paths.kept, { recursive: true });
    const other = [...stack, published('beta', '1.0')];
    expect(await cachedBuilder().build(requestFor(other), never)).toMatchObject({
      ok: false,
      failure: { cause: 'fleet', error: { code: 'TROOP-1426' } },
    });
    expect(versionsIn(await built(other), ['alpha', 'beta'])).toBe('1.0 1.0');
  });

  test('a budget of nothing keeps what is in use, of this process and of others, and nothing else', async () => {
    const [a, b, c] = [published('alpha', '1.0'), published('beta', '1.0'), published('gamma', '1.0')];
    const sweeper = sweeperOf(1);
    await using use = workshop.uses.open();
    const kept = await cachedBuilder().build({ ...requestFor([a]), use }, never);
    await built([b]);
    // Another process reads files: it asked for one and waits.
    index.fail(/gamma/, { kind: 'silence' }, 1);
    const building = await startBuilding([b, c]);
    const asked = index.whenAsked(/gamma/);
    building.go();
    await asked;
    await sweeper.sweep();
    const environments = (): Promise<readonly string[]> =>
      namesIn(workshop.paths.environments).then((names) =>
        names.filter((name) => /^[0-9a-f]{32}$/.test(name)),
      );
    expect(kept.ok && versionsIn(kept.environment, ['alpha'])).toBe('1.0');
    expect(await environments()).toEqual([kept.ok ? kept.environment.key : '']);
    const holds = async (one: LockedPackage): Promise<boolean> =>
      (await workshop.options.fetch.store.find(one.files[0]?.sha256 ?? '', one.files[0]?.filename ?? '')) !==
      null;
    expect([await holds(a), await holds(b)]).toEqual([true, true]);

    await killed(building);
    await sweeper.sweep();
    expect([await holds(a), await holds(b)]).toEqual([false, false]);
    expect(existsSync(workshop.paths.cache)).toBe(false);
    expect(kept.ok && versionsIn(kept.environment, ['alpha'])).toBe('1.0');

    await use[Symbol.asyncDispose]();
    await sweeper.sweep();
    expect(await environments()).toEqual([]);
    expect(await namesIn(workshop.paths.kept)).toEqual([]);
    expect(versionsIn(await built([a, b]), ['alpha', 'beta'])).toBe('1.0 1.0');
    expect(python).not.toBe('');
  });
});
