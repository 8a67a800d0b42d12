// What the commands that ask about a space answer, print, and end with.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStack } from '../../../../../../coordinator/cli/commands/stack/check.ts';
import { count } from '../../../../../../coordinator/cli/commands/stack/count.ts';
import { coverage } from '../../../../../../coordinator/cli/commands/stack/coverage.ts';
import { diffStacks } from '../../../../../../coordinator/cli/commands/stack/diff.ts';
import { explain } from '../../../../../../coordinator/cli/commands/stack/explain.ts';
import { neighbours } from '../../../../../../coordinator/cli/commands/stack/neighbours.ts';
import type { SpaceFlags } from '../../../../../../coordinator/cli/commands/stack/space-flags.ts';
import type { CountAnswer } from '../../../../../../coordinator/sampling/queries/count-stacks.ts';
import type { NeighboursAnswer } from '../../../../../../coordinator/sampling/queries/find-neighbours.ts';
import { release } from '../../../../../support/monkey/knowledge.ts';
import { SMALL_WORLD } from '../../../../../support/monkey/small-world.ts';
import { keptStackTools, type KeptTools } from '../../../../../support/monkey/stack-tools.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

const line = (...pins: readonly string[]): string => {
  const packages = pins.map((pin) => {
    const [name = '', version = ''] = pin.split(' ');
    return { name, version };
  });
  return JSON.stringify({ packages });
};

async function stackFile(...pins: readonly string[]): Promise<string> {
  const path = join(directory.path, `${pins.join('-').replaceAll(' ', '_')}.json`);
  await writeFile(path, `${line(...pins)}\n`);
  return path;
}

const small = (): KeptTools => keptStackTools(SMALL_WORLD);
const json = { json: true } as const;

async function counted(
  requirements: readonly string[],
  flags: Parameters<typeof count>[2] = {},
): Promise<CountAnswer> {
  const { tools, stdout } = small();
  await count(tools, requirements, { ...flags, ...json });
  return JSON.parse(stdout()) as CountAnswer;
}

describe('count', () => {
  it('gives exact digits, the size of each dimension, and what was left out', async () => {
    expect(await counted(['app'])).toMatchObject({
      count: '4',
      exact: true,
      log10: Math.log10(4),
      packages: 3,
      candidates: 6,
      classes: 6,
      estimate: null,
      conflict: null,
      dimensions: [
        { name: 'app', candidates: 2, classes: 2, newest: '2.0', oldest: '1.0', isRequired: true },
        { name: 'lib', candidates: 3, newest: '3.0', oldest: '1.0', isRequired: true },
        { name: 'old', candidates: 1, isRequired: false },
      ],
      excluded: [{ reason: 'pre-release', releases: 1, projects: ['app'] }],
    });
  });

  it('takes every flag of the space for what it says', async () => {
    const counts = async (flags: SpaceFlags): Promise<string | null> => (await counted(['app'], flags)).count;
    expect(await counts({ constraint: ['lib<3', 'lib>1'] })).toBe('2');
    expect(await counts({ pre: 'allow' })).toBe('7');
    expect(await counts({ pre: 'disallow' })).toBe('4');
    expect(await counts({ pre: 'if-necessary' })).toBe('4');
    expect(await counts({ pre: 'App=allow, lib=disallow' })).toBe('7');
    expect(await counts({ pre: 'allow,app=disallow' })).toBe('4');
    const lacking = [...SMALL_WORLD, release('needs', '1.0', ['lib', 'unknown'])];
    const { tools, stdout } = keptStackTools(lacking);
    await count(tools, ['needs'], { missing: 'assume', ...json });
    expect(JSON.parse(stdout())).toMatchObject({ count: '3', assumed: ['unknown'] });
    await expect(count(tools, ['needs'], {})).rejects.toMatchObject({
      code: 'TROOP-1901',
      hint: expect.stringContaining('troop knowledge sync unknown') as string,
    });
  });

  it('chooses among indexes', async () => {
    const world = [...SMALL_WORLD, release('lib', '2.0', [], { index: 'other' })];
    const counts = async (flags: SpaceFlags): Promise<unknown> => {
      const { tools, stdout } = keptStackTools(world, ['pip', 'other']);
      await count(tools, ['lib'], { ...flags, ...json });
      return (JSON.parse(stdout()) as CountAnswer).count;
    };
    expect(await counts({})).toBe('4');
    expect(await counts({ index: ['other'] })).toBe('1');
    expect(await counts({ index: ['other', 'pip'], indexPolicy: 'first' })).toBe('1');
    expect(await counts({ index: ['pip', 'other'], indexPolicy: 'first' })).toBe('3');
    expect(await counts({ indexPolicy: 'first,lib=all' })).toBe('4');
    expect(await counts({ indexPolicy: 'Lib=first' })).toBe('3');
    expect(await counts({ indexPolicy: 'lib=other' })).toBe('1');
    await expect(counts({ indexPolicy: 'lib=nowhere' })).rejects.toMatchObject({ code: 'TROOP-1328' });
    await expect(counts({ index: ['nowhere'] })).rejects.toMatchObject({ code: 'TROOP-1328' });
  });

  it('counts under conditions, and tells the share of each version', async () => {
    const { where, marginals } = await counted(['app'], { where: ['old', 'lib>=2'], marginals: ['Old'] });
    expect(where).toMatchObject({ count: '1', share: 0.25 });
    expect(marginals).toEqual([
      {
        name: 'old',
        versions: [{ project: 'old', version: '1.0', index: 'pip', variant: null, count: '2', share: 0.5 }],
        absent: { count: '2', share: 0.5 },
      },
    ]);
    await expect(counted(['app'], { marginals: ['nobody'] })).rejects.toMatchObject({ code: 'TROOP-1932' });
    for (const condition of ['lib[x]', 'lib; python_version > "3"']) {
      await expect(counted(['app'], { where: [condition] })).rejects.toMatchObject({ code: 'TROOP-1931' });
    }
  });

  it('says that it is an estimate, and how good, when the space does not compile', async () => {
    const answer = await counted(['app'], { maxNodes: '1' });
    expect(answer).toMatchObject({ exact: false, count: '4' });
    expect(answer.estimate?.effectiveSampleSize).toBeGreaterThan(1000);
    const { tools, stdout } = small();
    expect(await count(tools, ['app'], { maxNodes: '1' })).toBe(0);
    expect(stdout()).toMatch(
      /^about 4 stacks on linux_x86_64-cp311[^\n]*\nAn estimate, since .*effective sample/,
    );
    await expect(count(tools, ['app'], { maxNodes: '1', where: ['old'] })).rejects.toMatchObject({
      code: 'TROOP-1930',
      exitCode: 1,
    });
  });

  it('says of a condition on a project that no stack has that none has it', async () => {
    const { tools, stdout } = small();
    expect(await count(tools, ['app'], { where: ['lyb==2.0'] })).toBe(0);
    expect(stdout()).toContain('0 of them have lyb==2.0 (0.00 %); no stack has lyb\n');
  });

  it('ends with 1 for a space without stacks, and says where to ask why', async () => {
    const { tools, stdout, stderr } = small();
    expect(await count(tools, ['app', 'lib<0'], {})).toBe(1);
    expect(stdout()).toMatch(
      /^0 stacks on linux_x86_64-cp311, exactly\nThe request asks for lib<0, which no candidate meets \(there are 1\.0 to 3\.0\)\.\n/,
    );
    expect(stderr()).toContain("'troop stack explain'");
  });

  it.each([
    [{ pre: 'sometimes' }, '--pre'],
    [{ missing: 'ignore' }, '--missing'],
    [{ indexPolicy: 'last' }, '--index-policy'],
    [{ indexPolicy: 'first,all' }, '--index-policy'],
    [{ indexPolicy: 'lib=pip,Lib=other' }, '--index-policy'],
    [{ pre: 'lib=sometimes' }, '--pre'],
    [{ pre: '' }, '--pre'],
    [{ maxNodes: '0' }, '--max-nodes'],
    [{ time: 'soon' }, '--time'],
  ])('refuses %j, naming the flag', async (flags, what) => {
    await expect(counted(['app'], flags)).rejects.toMatchObject({ code: 'TROOP-1002', facts: { what } });
  });
});

describe('explain', () => {
  it('derives that there is no stack, and ends with 1', async () => {
    const { tools, stdout } = small();
    expect(await explain(tools, ['app>=2', 'lib<2'], {})).toBe(1);
    expect(stdout()).toMatch(/Because .*app 2.0 requires lib>=2.*no stack satisfies the request\.\n$/s);
  });

  it('says of a release that a pin lets in that the request itself leaves it out', async () => {
    const { tools, stdout } = small();
    expect(await explain(tools, ['app'], { pin: ['app==3.0rc1'] })).toBe(0);
    expect(stdout()).toBe(
      'Nothing to explain: app==3.0rc1 is possible, such as app 3.0rc1, lib 3.0.\n' +
        'Without the pin, app 3.0rc1 of pip is left out: pre-releases.\n',
    );
  });

  it('says that no release has a file with a hash that the request gives', async () => {
    const path = join(directory.path, 'hashed.txt');
    await writeFile(path, `app\nlib==2.0 --hash=sha256:${'0'.repeat(64)}\n`);
    const { tools, stdout } = small();
    expect(await explain(tools, [], { requirement: [path] })).toBe(1);
    expect(stdout()).toContain('left out 1 release: no file with one of the hashes that the request gives');
    const counted = small();
    expect(await count(counted.tools, [], { requirement: [path] })).toBe(1);
    expect(counted.stdout()).toContain('left out 3 releases: no file with one of the hashes');
  });

  it('says when there is nothing to explain, and ends with 0', async () => {
    const { tools, stdout } = small();
    expect(await explain(tools, ['app'], {})).toBe(0);
    expect(stdout()).toBe('Nothing to explain: the request has stacks, such as app 2.0, lib 3.0.\n');
  });

  it('names what excludes a pin or a stack', async () => {
    const pin = small();
    expect(await explain(pin.tools, ['app>=2'], { pin: ['lib==1.0'] })).toBe(1);
    expect(pin.stdout()).toContain('app 2.0 requires lib>=2');
    const free = small();
    expect(await explain(free.tools, ['app'], { pin: ['lib==1.0', 'broken'] })).toBe(1);
    expect(free.stdout()).toContain('Nothing in the request leads to broken');
    const stack = small();
    expect(await explain(stack.tools, ['app'], { stack: await stackFile('app 2.0', 'lib 1.0') })).toBe(1);
    expect(stack.stdout()).toContain('app 2.0 requires lib>=2');
    const more = small();
    const file = await stackFile('app 2.0', 'lib 2.0', 'old 1.0');
    expect(await explain(more.tools, ['app'], { stack: file })).toBe(1);
    expect(more.stdout()).toContain('old');
    const good = small();
    expect(await explain(good.tools, ['app'], { stack: await stackFile('app 2.0', 'lib 2.0') })).toBe(0);
  });
});

describe('check', () => {
  it('ends with 0 for a stack of the request and with 1 and every reason otherwise', async () => {
    const good = small();
    expect(await checkStack(good.tools, ['app'], { stack: await stackFile('app 2.0', 'lib 2.0') })).toBe(0);
    const bad = small();
    const stack = await stackFile('app 2.0', 'lib 1.0');
    expect(await checkStack(bad.tools, ['app'], { stack, ...json })).toBe(1);
    expect(JSON.parse(bad.stdout())).toMatchObject({ satisfies: false, violations: [{ package: 'lib' }] });
    const bound = small();
    expect(
      await checkStack(bound.tools, ['app'], {
        stack: await stackFile('app 2.0', 'lib 2.0'),
        constraint: ['lib>2'],
      }),
    ).toBe(1);
  });

  it('names a file that cannot be read or holds no stack', async () => {
    const { tools } = small();
    const missing = join(directory.path, 'missing.json');
    await expect(checkStack(tools, ['app'], { stack: missing })).rejects.toMatchObject({
      code: 'TROOP-1008',
      exitCode: 2,
    });
    const other = join(directory.path, 'other.json');
    await writeFile(other, '{"packages": 7}\n');
    await expect(checkStack(tools, ['app'], { stack: other })).rejects.toMatchObject({ exitCode: 2 });
  });
});

it('diff tells what was added, removed and changed, one line each', async () => {
  const { tools, stdout } = small();
  const first = await stackFile('a 1.0', 'b 1.0', 'c 2.0', 'same 1');
  const second = await stackFile('A 1.5', 'c 1.0', 'd 1.0', 'same 1');
  expect(await diffStacks(tools.terminal, first, second, {})).toBe(0);
  expect(stdout()).toBe('- b 1.0\n+ d 1.0\n  a 1.0 → 1.5 (up)\n  c 2.0 → 1.0 (down)\n');
  const asJson = small();
  expect(await diffStacks(asJson.tools.terminal, first, first, json)).toBe(0);
  expect(JSON.parse(asJson.stdout())).toEqual({ added: [], removed: [], changed: [] });
});

describe('neighbours', () => {
  const ask = async (flags: Partial<Parameters<typeof neighbours>[2]>): Promise<NeighboursAnswer> => {
    const { tools, stdout } = small();
    await neighbours(tools, ['app'], { baseline: 'latest', count: '20', ...flags, ...json });
    return JSON.parse(stdout()) as NeighboursAnswer;
  };
  const told = ({ neighbours: found }: NeighboursAnswer): readonly string[] =>
    found.map(({ name, version, changes }) => `${name} ${version} ${changes}`);

  it('gives for each other version the nearest stack of the newest one', async () => {
    const answer = await ask({});
    expect(told(answer)).toEqual(['lib 2.0 1', 'app 1.0 3', 'lib 1.0 3']);
    expect(answer).toMatchObject({ possible: 3, impossible: 0, violations: [] });
    expect(answer.neighbours[1]?.stack.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'app 1.0',
      'lib 2.0',
      'old 1.0',
    ]);
  });

  it('is bounded by a number, by names, and begins with any stack', async () => {
    expect(told(await ask({ count: '1' }))).toEqual(['lib 2.0 1']);
    expect(told(await ask({ packages: 'App' }))).toEqual(['app 1.0 3']);
    const baseline = await stackFile('app 1.0', 'lib 2.0', 'old 1.0');
    expect(told(await ask({ baseline, packages: 'lib' }))).toEqual(['lib 1.0 1', 'lib 3.0 3']);
    const wrong = await stackFile('app 1.0', 'lib 3.0', 'old 1.0');
    expect((await ask({ baseline: wrong })).violations.length).toBeGreaterThan(0);
    await expect(ask({ packages: 'nobody' })).rejects.toMatchObject({ code: 'TROOP-1932', exitCode: 5 });
  });

  it('says when the space cannot be compiled, and when there is no stack', async () => {
    await expect(ask({ maxNodes: '1' })).rejects.toMatchObject({
      code: 'TROOP-1930',
      hint: expect.stringContaining('--max-nodes') as string,
    });
    const none = ask({ constraint: ['app<0'] });
    await expect(none).rejects.toMatchObject({ code: 'TROOP-1905', exitCode: 1 });
    await expect(none).rejects.toThrow('the constraint app<0 holds');
  });
});

describe('coverage', () => {
  const stacks = [line('app 2.0', 'lib 3.0'), line('app 2', 'lib 2.0'), line('app 9.9', 'lib 2.0'), ''];
  const input = (): Readable => Readable.from([Buffer.from(stacks.join('\n'))]);

  it('counts versions and pairs of classes out of those that stacks can have', async () => {
    const { tools, stdout } = small();
    expect(await coverage(tools, ['app'], { stacks: '-', ...json }, input)).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({
      stacks: 3,
      foreignStacks: 1,
      exact: true,
      versions: { covered: 3, reachable: 6 },
      pairs: { covered: 2, reachable: 7 },
    });
  });

  it('says that its denominators are bounds where the space does not compile', async () => {
    const { tools, stdout } = small();
    await coverage(tools, ['app'], { stacks: '-', maxNodes: '1' }, input);
    expect(stdout()).toContain('3 of at most 6');
    expect(stdout()).toContain('upper bounds');
  });

  it('names the line that is no stack', async () => {
    const { tools } = small();
    const broken = (): Readable => Readable.from([Buffer.from(`${stacks[0] ?? ''}\n{"packages":[{}]}\n`)]);
    await expect(coverage(tools, ['app'], { stacks: 'some.jsonl' }, broken)).rejects.toMatchObject({
      code: 'TROOP-1002',
      facts: { what: 'line 2 of some.jsonl' },
    });
  });
});
