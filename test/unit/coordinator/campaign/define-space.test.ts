// The keys of a campaign that say what its spaces hold.
import { describe, expect, test } from 'vitest';
import { completeCampaignFile, parseCampaignFile } from '../../../../coordinator/campaign/campaign-file.ts';
import { defineCampaign } from '../../../../coordinator/campaign/define-campaign.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const minimal = { name: 'n', requirements: ['numpy'], benchmarks: [{ indicator: 'matmul' }] };
const indexes = [{ name: 'pip' }, { name: 'avx2', url: 'https://avx2.example/simple' }];
const define = (changes: object) => defineCampaign({ ...minimal, indexes, ...changes }).definition;

describe('the policy of a campaign', () => {
  test('holds what differs from the default, for all projects and for single ones', () => {
    const { policy } = define({
      prereleases: { default: 'disallow', packages: { Torch_Vision: 'allow' } },
      variants: ['cu121'],
      missing: 'assume',
      indexPolicy: { default: 'first', packages: { numpy: 'all', torch: 'avx2' } },
    });
    expect(policy).toEqual({
      prereleases: 'disallow',
      prereleasesOf: { 'torch-vision': 'allow' },
      variants: ['cu121'],
      missing: 'assume',
      indexes: 'first',
      indexesOf: { numpy: 'all' },
      indexOf: { torch: 'avx2' },
    });
    expect(define({ prereleases: 'allow', indexPolicy: 'first' }).policy).toEqual({
      prereleases: 'allow',
      indexes: 'first',
    });
  });

  test('said at its default is the same campaign as not said', () => {
    const hash = (changes: object) => defineCampaign({ ...minimal, ...changes }).contentHash;
    const defaults = {
      prereleases: 'if-necessary',
      variants: 'none',
      missing: 'error',
      indexPolicy: 'all',
      rules: [],
      alternatives: [],
    };
    expect(hash(defaults)).toBe(hash({}));
    expect(hash({ variants: 'all' })).not.toBe(hash({}));
  });

  test.each([
    [{ prereleases: 'sometimes' }, 'prereleases'],
    [{ variants: ['x86-64-v3'] }, 'variants'],
    [{ indexPolicy: { packages: { torch: 'cuda' } } }, 'indexPolicy.packages.torch'],
    [{ indexPolicy: { packages: { 'not a name': 'all' } } }, 'indexPolicy.packages.not a name'],
    [{ alternatives: [{ project: 'flow', by: [] }] }, 'alternatives[0].by'],
    [
      { alternatives: [{ project: 'flow', by: [{ project: 'a', index: 'x' }] }] },
      'alternatives[0].by[0].index',
    ],
    [
      {
        alternatives: [
          { project: 'a', by: ['b'] },
          { project: 'b', by: ['c'] },
        ],
      },
      'alternatives',
    ],
    [{ rules: [{ keep: 'numpy' }, { keeep: 'numpy' }] }, 'rules[1]'],
    [{ rules: [{ score: 'numpy' }] }, 'rules[0]'],
    [{ rules: [{ drop: 'numpy', when: { lanes: ['avx2'] } }] }, 'rules[0].when.lanes'],
  ])('%j is refused at %s', (changes, path) => {
    const error = troopErrorOf(() => define(changes));
    expect(error).toMatchObject({ code: 'TROOP-1301', facts: { path } });
  });

  test('keeps rules and alternatives as they were written', () => {
    const rules = [{ drop: 'numpy>=2', when: { lanes: ['any'] } }];
    const alternatives = [{ project: 'flow', by: ['flow-cpu', { project: 'flow', index: 'avx2' }] }];
    expect(define({ rules, alternatives })).toMatchObject({ rules, alternatives });
  });
});

describe('a campaign file with a pipeline of Thoth', () => {
  test('carries what the pipeline says as rules of its own, before those of the file', async () => {
    const file = parseCampaignFile(
      `${JSON.stringify({ ...minimal, pipeline: './p.yaml', rules: [{ drop: 'numpy==1.0' }] })}`,
    );
    const pipeline = `
sieves: [{name: CutPreReleasesSieve}]
strides: [{name: OneVersionStride, configuration: {package_name: six}}]
`;
    const asked: string[] = [];
    const request = await completeCampaignFile(file, async (path) => {
      asked.push(path);
      return Promise.resolve(Buffer.from(pipeline));
    });
    expect(asked).toEqual(['./p.yaml']);
    expect(defineCampaign(request).definition).toMatchObject({
      rules: [{ hold: 'six' }, { drop: 'numpy==1.0' }],
      policy: { prereleases: 'disallow' },
    });
  });

  test('finds its indexes by the addresses that the campaign or the knowledge has', async () => {
    const units = ['fast', 'own'].map(
      (name) =>
        `{name: FilterIndexSieve, configuration: {package_name: ${name}-flow, index_url: ["https://${name}.example/b/"]}}`,
    );
    const indexes = [{ name: 'builds' }, { name: 'mine', url: 'https://own.example/b' }];
    const request = await completeCampaignFile(
      parseCampaignFile(JSON.stringify({ ...minimal, indexes, pipeline: './p.yaml' })),
      () => Promise.resolve(Buffer.from(`sieves: [${units.join(', ')}]`)),
      undefined,
      () => Promise.resolve([{ name: 'pip' }, { name: 'builds', url: 'https://fast.example/b' }]),
    );
    expect(request.rules).toEqual([
      { keepIndex: ['builds'], projects: ['fast-flow'] },
      { keepIndex: ['mine'], projects: ['own-flow'] },
    ]);
    expect(request).toMatchObject({ indexes });
  });
});
