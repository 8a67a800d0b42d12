import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { completeCampaignFile, parseCampaignFile } from '../../../../coordinator/campaign/campaign-file.ts';
import { defineCampaign } from '../../../../coordinator/campaign/define-campaign.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const FROM_THE_DESIGN = `
name: numpy-on-avx2
requirements: ["numpy>=1.24", "scipy"]
indexes: [{name: pip}]
environments: [{python: "3.11"}]
lanes: [any, avx2]
baseline: latest
sampling: {strategy: uniform, count: 20, seed: 7}
benchmarks: [{indicator: matmul, parameters: {size: 512}}, {script: ./bench.py}]
trial: {stacks: 3, blocks: 8}
budget: {machineHours: 4}
continuous: {every: 24h}
`;
const minimal = { name: 'n', requirements: ['numpy'], benchmarks: [{ indicator: 'matmul' }] };
const script = Buffer.from('print("{}")');
const sha256 = createHash('sha256').update(script).digest('hex');

describe('a campaign file', () => {
  test('as the design shows it is understood, its scripts with it', async () => {
    const file = parseCampaignFile(FROM_THE_DESIGN);
    const asked: string[] = [];
    const request = await completeCampaignFile(file, async (path) => {
      asked.push(path);
      return Promise.resolve(script);
    });
    expect(asked).toEqual(['./bench.py']);
    const { definition, scripts } = defineCampaign(request);
    expect(definition).toMatchObject({
      requirements: ['numpy>=1.24', 'scipy'],
      lanes: ['any', 'avx2'],
      baseline: 'latest',
      sampling: { strategy: 'uniform', count: 20, seed: '7' },
      benchmarks: [
        { indicator: 'matmul', parameters: {} },
        { script: { sha256, name: 'bench.py' }, parameters: {} },
      ],
      trial: { stacks: 3, blocks: 8 },
      budget: { machineHours: 4 },
      continuous: { every: '24h' },
    });
    expect(scripts).toEqual([{ sha256, name: 'bench.py', content: script }]);
  });

  test.each([
    ['requirments: [numpy]', 'requirments', "did you mean 'requirements'?"],
    ['trial: {block: 4}', 'trial.block', "did you mean 'blocks'?"],
    ['trial: {blocks: 0}', 'trial.blocks', ''],
    ['environments: [{version: 3}]', 'environments[0].version', ''],
    ['lanes: [AVX2]', 'lanes[0]', ''],
    ['sampling: {count: lots}', 'sampling.count', ''],
    ['priority: urgent', 'priority', 'one of: high, normal'],
  ])('with %s is refused at %s', (line, path, advice) => {
    const error = troopErrorOf(() =>
      parseCampaignFile(`name: n\nrequirements: [numpy]\nbenchmarks: [{indicator: matmul}]\n${line}`),
    );
    expect(error.code).toBe('TROOP-1301');
    expect(`${String(error.facts['path'])} ${String(error.facts['more'] ?? '')}`).toContain(path);
    expect(error.hint).toContain(advice);
  });

  test('without what it must have is refused with the name of it', () => {
    const error = troopErrorOf(() => parseCampaignFile('name: n\nbenchmarks: [{indicator: matmul}]'));
    expect(error.message).toBe('the campaign file is not valid: requirements: it is missing');
  });

  test('that is no YAML, or a bomb of aliases, is refused', () => {
    expect(troopErrorOf(() => parseCampaignFile('name: [')).code).toBe('TROOP-1302');
    expect(troopErrorOf(() => parseCampaignFile('a: &a [1]\nb: [*a, *a]')).code).toBe('TROOP-1302');
  });

  test('whose script is too long is refused', async () => {
    const file = parseCampaignFile(FROM_THE_DESIGN);
    await expect(
      completeCampaignFile(file, async () => Promise.resolve(Buffer.alloc(1_048_577))),
    ).rejects.toMatchObject({
      code: 'TROOP-1309',
    });
  });
});

describe('the definition', () => {
  test('has every default filled in', () => {
    expect(defineCampaign(minimal).definition).toMatchObject({
      indexes: [{ name: 'pip' }],
      environments: [{ implementation: 'cpython', python: '3.11', platform: 'linux_x86_64' }],
      lanes: ['any'],
      baseline: 'latest',
      trial: { stacks: 3, blocks: 8, pace: { valueMs: 50, values: null } },
      priority: 1,
      allowSdists: false,
    });
  });

  test('is one and the same for two spellings of one question', () => {
    const hash = (changes: object) => defineCampaign({ ...minimal, ...changes }).contentHash;
    expect(hash({ requirements: ['NumPy'] })).toBe(hash({}));
    expect(hash({ lanes: ['any'] })).toBe(hash({}));
    expect(hash({ lanes: ['avx2'] })).not.toBe(hash({}));
  });

  test.each([
    [{ requirements: ['numpy', 'scipy >>'] }, 'requirements[1]'],
    [{ environments: [{ python: 'three' }] }, 'environments[0]'],
    [{ benchmarks: [{ parameters: {} }] }, 'benchmarks[0]'],
    [{ benchmarks: [{ indicator: 'matmul' }, { indicator: 'matmul', parameters: {} }] }, 'benchmarks[1]'],
    [{ lanes: ['any', 'any'] }, 'lanes[1]'],
  ])('of %j is refused at %s', (changes, path) => {
    const error = troopErrorOf(() => defineCampaign({ ...minimal, ...changes }));
    expect([error.code, error.facts['path']]).toEqual(['TROOP-1301', path]);
  });

  test('does not take a script for another one', () => {
    const benchmarks = [
      { script: { sha256, name: 'x.py', content: Buffer.from('other').toString('base64') } },
    ];
    expect(troopErrorOf(() => defineCampaign({ ...minimal, benchmarks })).code).toBe('TROOP-1313');
  });
});
