// The same questions about spaces that have variants, projects that stand for others, several indexes and rules.
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
import { keptStackTools, type KeptTools } from '../../../../../support/monkey/stack-tools.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

async function file(name: string, content: string): Promise<string> {
  const path = join(directory.path, name);
  await writeFile(path, content);
  return path;
}

const wheels = (...labels: readonly string[]) => ({
  files: labels.map((label) => ({ filename: `tensor-2.0-py3-none-any${label}.whl` })),
});
const WORLD = [
  release('app', '1.0', ['tensor']),
  release('tensor', '2.0', [], wheels('', '-v3')),
  release('tensor', '1.0'),
  release('tensor', '1.0', [], { index: 'fast' }),
  release('tensor-cpu', '2.0'),
  release('tensor-cpu', '1.0', ['old', 'older']),
  release('old', '2.0'),
  release('old', '1.0'),
  release('older', '2.0'),
  release('older', '1.0'),
];
const world = (): KeptTools => keptStackTools(WORLD, ['pip', 'fast']);
const json = { json: true } as const;
const factors: SpaceFlags = { variants: 'all', alternative: ['Tensor=tensor_cpu'] };

async function counted(flags: Parameters<typeof count>[2]): Promise<CountAnswer> {
  const { tools, stdout } = world();
  await count(tools, ['app'], { ...flags, ...json });
  return JSON.parse(stdout()) as CountAnswer;
}

describe('count', () => {
  it('counts variants and projects that stand for others as the flags say', async () => {
    expect((await counted({})).count).toBe('3');
    expect((await counted({ variants: 'v3' })).count).toBe('4');
    expect((await counted({ alternative: ['tensor=tensor-cpu'] })).count).toBe('8');
    expect((await counted({ alternative: ['app=app@pip', 'tensor=tensor-cpu@fast'] })).count).toBe('3');
    const { dimensions, count: digits } = await counted(factors);
    expect(digits).toBe('9');
    expect(dimensions.map(({ name, standIns }) => [name, ...standIns])).toEqual([
      ['app'],
      ['old'],
      ['older'],
      ['tensor', 'tensor-cpu'],
    ]);
  });

  it('tells shares by what would be installed', async () => {
    const { marginals, where } = await counted({
      ...factors,
      marginals: ['tensor', 'tensor-cpu'],
      where: ['tensor>=1', 'tensor-cpu<2'],
    });
    expect(where).toMatchObject({ count: '4' });
    const [all, own] = marginals.map(({ versions }) =>
      versions.map(({ project, version, index, variant, count: stacks }) =>
        [project, version, index, variant ?? 'plain', stacks].join(' '),
      ),
    );
    expect(all).toHaveLength(6);
    expect(all).toContain('tensor 2.0 pip v3 1');
    expect(all).toContain('tensor 1.0 fast plain 1');
    expect(own).toEqual(['tensor-cpu 2.0 pip plain 1', 'tensor-cpu 1.0 pip plain 4']);
    expect(marginals.map(({ absent }) => absent.count)).toEqual(['0', '4']);
  });

  it('obeys rules of files and pipelines, and shows no package that only keeps a rejected combination out', async () => {
    const rules = await file(
      'rules.yaml',
      '- reject: [tensor-cpu<2, old>=2, older>=2]\n- drop: tensor==2.0\n',
    );
    const answer = await counted({ ...factors, rules: [rules] });
    expect(answer).toMatchObject({ count: '6', packages: 4, candidates: 9 });
    expect(answer.dimensions.map(({ name }) => name)).toEqual(['app', 'old', 'older', 'tensor']);
    const pipeline = await file(
      'pipeline.yaml',
      'pseudonyms:\n  - name: AliasPseudonym\n    configuration: {package_name: tensor, aliases: [{package_name: tensor-cpu}]}\n',
    );
    expect((await counted({ pipeline })).count).toBe('8');
  });

  it('notes an index that rules name and that no release is of', async () => {
    const rules = [
      await file(
        'indexes.rules.yaml',
        '- {keepIndex: [fast, pip, slow]}\n- {drop: {project: app, index: quick}}\n',
      ),
    ];
    const { tools, stderr } = world();
    expect(await count(tools, ['app'], { rules })).toBe(0);
    expect(stderr()).toBe('note: no release in this space is of the index quick or slow, which rules name\n');
  });

  it('lets in the pre-releases that the section of Thoth in a Pipfile names, unless the flag says otherwise', async () => {
    const requirement = [
      await file('Pipfile', '[packages]\nlib = "*"\nother = "*"\n[thoth.allow_prereleases]\nlib = true\n'),
    ];
    const releases = ['lib', 'other'].flatMap((name) => [release(name, '1.0'), release(name, '2.0rc1')]);
    const stacks = async (flags: SpaceFlags): Promise<string> => {
      const { tools, stdout } = keptStackTools(releases);
      await count(tools, [], { requirement, ...flags, ...json });
      return (JSON.parse(stdout()) as CountAnswer).count ?? '';
    };
    expect(await stacks({})).toBe('2');
    expect(await stacks({ pre: 'lib=disallow' })).toBe('1');
    expect(await stacks({ pre: 'allow' })).toBe('4');
  });

  it('knows the indexes that a pipeline names by the addresses that the knowledge has, whatever a file calls them', async () => {
    const pipeline = await file(
      'indexes.yaml',
      'sieves: [{name: FilterIndexSieve, configuration: {package_name: tensor, index_url: ["https://fast.example/simple"]}}]',
    );
    const requirement = await file('indexes.txt', 'app\n--index-url https://fast.example/simple/');
    const addressed = [{ name: 'pip' }, { name: 'fast', url: 'https://fast.example/simple/' }];
    const { tools, stdout, stderr } = keptStackTools(WORLD, addressed);
    expect(await count(tools, [], { pipeline, requirement: [requirement] })).toBe(0);
    expect(stdout()).toMatch(/^1 stack /);
    expect(stderr()).toBe('');
    await expect(count(world().tools, ['app'], { pipeline })).rejects.toMatchObject({
      code: 'TROOP-1945',
      facts: { reason: expect.stringContaining('fast (no address known)') as string },
    });
  });

  it('says that rules which look at lanes have no effect', async () => {
    const { tools, stdout, stderr } = world();
    const rules = await file('lanes.json', '[{"drop": "tensor==2.0", "when": {"lanes": ["avx2"]}}]');
    await count(tools, ['app'], { rules: [rules] });
    expect(stdout()).toMatch(/^3 stacks/);
    expect(stderr()).toContain('looks at lanes');
  });

  it.each([
    ['[{drop: "tensr==2.0"}]', 'nothing in this space is tensr: what rules say of it has no effect'],
    ['[{reject: ["b>1", "app"]}, {vary: [a, b]}]', 'nothing in this space is a or b: what rules say of them'],
    ['[{keepIndex: fast, projects: [tensors]}]', 'nothing in this space is tensors'],
    ['[{drop: "tensr==2.0", when: {python: "3.12"}}]', 'nothing in this space is tensr'],
  ])('says that %s names what no stack can have', async (text, note) => {
    const { tools, stderr } = world();
    await count(tools, ['app'], { ...factors, rules: [await file('typo.yaml', text)] });
    expect(stderr()).toContain(`note: ${note}`);
  });

  it.each([
    ['what the space has', '[{drop: "Tensor==1.0"}, {hold: app}]'],
    ['what stands for it', '[{drop: "tensor_cpu==2.0"}]'],
    ['what comes with that', '[{keep: "older>1"}]'],
    ['what is there and of no version that matches', '[{drop: "tensor==7"}]'],
    ['an index alone', '[{dropIndex: nightly}]'],
  ])('says nothing of a rule that names %s', async (_what, text) => {
    const { tools, stderr } = world();
    await count(tools, ['app'], { ...factors, rules: [await file('right.yaml', text)] });
    expect(stderr()).not.toContain('no effect');
  });

  it('says it once, however many questions are asked, and whichever they are', async () => {
    const rules = [await file('typo.yaml', '[{drop: "tensr==2.0"}]')];
    const { tools, stderr } = world();
    await count(tools, ['app'], { rules });
    await explain(tools, ['app'], { rules });
    await neighbours(tools, ['app'], { rules, baseline: 'latest', count: '2' });
    expect(stderr().split('tensr')).toHaveLength(2);
  });

  it('refuses what cannot be read, naming the flag or the file', async () => {
    const refused = (flags: SpaceFlags): Promise<unknown> =>
      counted(flags).then(
        () => null,
        (error: unknown) => error,
      );
    const broken = await file('broken.yaml', 'drop: x\n');
    for (const [flags, what] of [
      [{ variants: 'v3,UPPER CASE' }, '--variants'],
      [{ alternative: ['tensor'] }, '--alternative'],
      [{ alternative: ['tensor=a,'] }, '--alternative'],
      [{ rules: [broken] }, broken],
    ] as const) {
      expect(await refused(flags)).toMatchObject({ code: 'TROOP-1002', facts: { what } });
    }
    const unknown = await file('unknown.yaml', '- prefer: x\n');
    expect(await refused({ rules: [unknown] })).toMatchObject({ code: 'TROOP-1941', exitCode: 2 });
    expect(await refused({ rules: ['missing.yaml'] })).toMatchObject({ code: 'TROOP-1008' });
  });
});

const stack = (...packages: readonly object[]): string => `${JSON.stringify({ packages })}\n`;
const app = { name: 'app', version: '1.0', index: 'pip' };
const cpu = { name: 'tensor-cpu', version: '2.0', index: 'pip' };
const tensor = { name: 'tensor', version: '2.0', index: 'pip' };

it('neighbours are named as they would be installed, in every build', async () => {
  const { tools, stdout } = world();
  const baseline = await file('baseline.json', stack(app, cpu));
  await neighbours(tools, ['app'], { ...factors, baseline, packages: 'tensor-cpu', count: '20', ...json });
  const answer = JSON.parse(stdout()) as NeighboursAnswer;
  expect(answer).toMatchObject({ possible: 5, impossible: 0, violations: [] });
  expect(answer.neighbours.map(({ name, version, variant }) => `${name} ${version} ${variant}`)).toEqual([
    'tensor 2.0 null',
    'tensor 2.0 v3',
    'tensor 1.0 null',
    'tensor 1.0 null',
    'tensor-cpu 1.0 null',
  ]);
});

it('neighbours tells indexes apart where the version stays', async () => {
  const { tools, stdout } = world();
  await neighbours(tools, ['app', 'tensor<2'], { baseline: 'latest', count: '20' });
  expect(stdout()).toMatch(/^tensor +1\.0 of fast +1 +tensor 1\.0 of pip → of fast$/m);
});

it('neighbours and diff tell indexes apart where the version changes too', async () => {
  const { tools, stdout } = world();
  await neighbours(tools, ['app'], { baseline: 'latest', count: '20' });
  expect(stdout()).toMatch(/^tensor +1\.0 +1 +tensor 2\.0 → 1\.0$/m);
  expect(stdout()).toMatch(/^tensor +1\.0 of fast +1 +tensor 2\.0 → 1\.0 of fast$/m);
  const newest = await file('newest.json', stack(app, tensor));
  const fast = await file('fast.json', stack(app, { ...tensor, version: '1.0', index: 'fast' }));
  const pins = await file('pins.txt', 'app==1.0\ntensor==1.0\n');
  const differs = async (other: string): Promise<string> => {
    const kept = world();
    await diffStacks(kept.tools.terminal, newest, other, {});
    return kept.stdout();
  };
  expect(await differs(fast)).toBe('  tensor 2.0 → 1.0 of fast (down)\n');
  expect(await differs(pins)).toBe('  tensor 2.0 → 1.0 (down)\n');
});

it('coverage knows builds and projects apart, and no selector', async () => {
  const { tools, stdout } = world();
  const rules = await file('three.yaml', '- reject: [tensor-cpu<2, old>=2, older>=2]\n');
  const lines = [stack(app, cpu), stack(app, tensor), stack(app, { ...tensor, variant: 'v3' })].join('');
  const flags = { ...factors, rules: [rules], stacks: '-', ...json };
  await coverage(tools, ['app'], flags, () => Readable.from([Buffer.from(lines)]));
  expect(JSON.parse(stdout())).toMatchObject({
    stacks: 3,
    foreignStacks: 0,
    versions: { covered: 4, reachable: 11 },
    packages: [
      { name: 'app', covered: 1, reachable: 1 },
      { name: 'old', covered: 0, reachable: 2 },
      { name: 'older', covered: 0, reachable: 2 },
      { name: 'tensor', covered: 3, reachable: 6 },
    ],
  });
});

it('check and explain take variants and stand-ins, and say which rule a stack breaks', async () => {
  const variant = await file('variant.json', stack(app, { ...tensor, variant: 'v3' }));
  expect(await checkStack(world().tools, ['app'], { stack: variant, variants: 'v3' })).toBe(0);
  expect(await checkStack(world().tools, ['app'], { stack: variant })).toBe(1);
  const other = await file('cpu.json', stack(app, cpu));
  expect(await checkStack(world().tools, ['app'], { ...factors, stack: other })).toBe(0);
  const rules = [await file('no-cpu.yaml', '- drop: tensor-cpu\n- reject: [app, tensor-cpu>=2]\n')];
  const { tools, stdout } = world();
  expect(await checkStack(tools, ['app'], { ...factors, rules, stack: other, ...json })).toBe(1);
  expect(JSON.parse(stdout())).toMatchObject({
    violations: [
      { kind: 'rule', package: 'tensor-cpu', by: 'the rule drop' },
      { kind: 'rule', package: 'app', by: 'the rule reject' },
    ],
  });
  const pin = world();
  expect(await explain(pin.tools, ['app'], { ...factors, pin: ['tensor-cpu==1.0'] })).toBe(0);
  expect(pin.stdout() + pin.stderr()).not.toContain('Nothing in the request leads to');
});

it('diff tells builds of one version apart', async () => {
  const { tools, stdout } = world();
  const plain = await file('plain.json', stack(app, tensor));
  const variant = await file('v3.json', stack(app, { ...tensor, variant: 'v3' }));
  expect(await diffStacks(tools.terminal, plain, variant, {})).toBe(0);
  expect(stdout()).toBe('  tensor 2.0 plain → variant v3\n');
});
