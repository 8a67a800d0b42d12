import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { completeCampaignFile, parseCampaignFile } from '../../../../coordinator/campaign/campaign-file.ts';
import type { CampaignRequest } from '../../../../coordinator/campaign/campaign-schema.ts';
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

const text = (content: string) => new TextEncoder().encode(content);

/** What the API is asked for a campaign with these lines, and what is said meanwhile. */
async function completed(
  lines: string,
  files: Readonly<Record<string, string>>,
): Promise<{ request: CampaignRequest; notes: readonly string[] }> {
  const notes: string[] = [];
  const request = await completeCampaignFile(
    parseCampaignFile(`name: n\nbenchmarks: [{indicator: matmul}]\n${lines}`),
    (path) => Promise.resolve(text(files[path] ?? '')),
    (note) => notes.push(note),
  );
  return { request, notes };
}

describe('a campaign file that names other files', () => {
  test('lets in the pre-releases that a Pipfile lets in, project by project', async () => {
    const pipfile = '[packages]\nnumpy = "*"\n[thoth.allow_prereleases]\nSciPy = true\nnumpy = false\n';
    const from = (lines: string) => completed(`requirementsFrom: Pipfile\n${lines}`, { Pipfile: pipfile });
    expect((await from('')).request.prereleases).toEqual({
      default: 'if-necessary',
      packages: { scipy: 'allow', numpy: 'disallow' },
    });
    expect((await from('prereleases: disallow')).request.prereleases).toBe('disallow');
  });

  test('takes requirements, constraints and hashes from them, beside its own', async () => {
    const hash = 'a'.repeat(64);
    const { request } = await completed(
      'requirements: [scipy]\nrequirementsFrom: app/requirements.txt\nconstraints: [six<2]\nconstraintsFrom: bounds.txt',
      {
        'app/requirements.txt': `-c more.txt\n--pre\nnumpy==1.26.4 --hash=sha256:${hash}`,
        'app/more.txt': 'urllib3<3',
        'bounds.txt': 'pandas<3',
      },
    );
    expect(request).toMatchObject({
      requirements: ['scipy', 'numpy==1.26.4'],
      constraints: ['six<2', 'urllib3<3', 'pandas<3'],
      hashes: { numpy: [hash] },
      prereleases: 'allow',
    });
    expect(request).not.toHaveProperty('requirementsFrom');
    expect(defineCampaign(request).definition).toMatchObject({
      hashes: { numpy: [hash] },
      policy: { prereleases: 'allow' },
    });
  });

  test('takes parts of a project file, the Python of a Pipfile, and says what has no effect', async () => {
    const pyproject =
      '[project]\nname = "me"\ndependencies = ["numpy"]\n[dependency-groups]\ntest = ["pytest"]';
    const parts = 'requirementsFrom: {file: pyproject.toml, groups: [test]}';
    expect((await completed(parts, { 'pyproject.toml': pyproject })).request.requirements).toEqual([
      'numpy',
      'pytest',
    ]);
    const pipfile =
      '[[source]]\nname = "own"\nurl = "https://host.example/simple"\n[packages]\nsix = "*"\n[requires]\npython_version = "3.12"';
    const { request, notes } = await completed('requirementsFrom: Pipfile', { Pipfile: pipfile });
    expect(request.environments).toEqual([{ python: '3.12' }]);
    expect(notes).toEqual([expect.stringContaining('--index own=https://host.example/simple')]);
    const named = 'indexes: [{name: own}]\nrequirementsFrom: Pipfile';
    expect((await completed(named, { Pipfile: pipfile })).notes).toEqual([]);
  });

  test('is refused when a file asks for nothing, or for another Python', async () => {
    await expect(completed('requirementsFrom: a.txt', { 'a.txt': '# none' })).rejects.toMatchObject({
      code: 'TROOP-1301',
      facts: { path: 'requirementsFrom' },
    });
    const project = '[project]\nname = "me"\nrequires-python = ">=3.12"\ndependencies = ["six"]';
    const lines = 'environments: [{python: "3.11"}]\nrequirementsFrom: pyproject.toml';
    await expect(completed(lines, { 'pyproject.toml': project })).rejects.toMatchObject({
      code: 'TROOP-2007',
      facts: { wanted: '>=3.12', python: '3.11' },
    });
  });

  test('takes a lock as baseline, for its first environment', async () => {
    const lock = JSON.stringify({ _meta: {}, default: { six: { version: '==1.16.0' } } });
    const lines =
      'requirements: [six]\nenvironments: [{python: "3.12"}]\nindexes: [{name: own}]\nbaseline: ./Pipfile.lock';
    const { request } = await completed(lines, { './Pipfile.lock': lock });
    expect(request.baseline).toMatchObject({
      stack: {
        environment: { python: '3.12' },
        packages: [{ name: 'six', version: '1.16.0', index: 'own' }],
      },
    });
    await expect(completed(lines, { './Pipfile.lock': '{}' })).rejects.toMatchObject({ code: 'TROOP-2001' });
  });
});

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
