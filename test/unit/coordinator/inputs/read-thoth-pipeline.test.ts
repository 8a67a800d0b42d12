import { describe, expect, it } from 'vitest';
import { readThothPipeline } from '../../../../coordinator/inputs/read-thoth-pipeline.ts';
import { ruleKinds } from '../../../../coordinator/monkey/rules/registry.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const indexes = [
  { name: 'pip', url: 'https://index.example/simple/' },
  { name: 'avx2', url: 'https://avx2.example/builds/simple' },
];

const PIPELINE = `
boots:
  - name: UbiBoot
    configuration: {package_name: null}
pseudonyms:
  - name: AliasPseudonym
    configuration:
      package_name: TensorFlow
      package_version: 2.1.0
      index_url: https://index.example/simple
      aliases:
        - {package_name: intel_tensorflow, package_version: 2.1.0, index_url: https://index.example/simple}
        - {package_name: tensorflow, package_version: 2.1.0, index_url: https://avx2.example/builds/simple/}
  - name: AliasPseudonym
    configuration: {package_name: tensorflow, aliases: [{package_name: tensorflow-cpu}]}
sieves:
  - name: CutPreReleasesSieve
  - name: SelectiveCutPreReleasesSieve
    configuration: {allow_prereleases: {Torch: true, numpy: false}}
  - name: VersionConstraintSieve
    configuration: {package_name: numpy, version_specifier: ">=1.18,<1.19"}
  - name: FilterIndexSieve
    configuration: {package_name: torch, index_url: [https://avx2.example/builds/simple]}
  - name: PackageCombinationsSieve
    configuration: {package_name: null, package_combinations: [numpy, tensorflow]}
  - name: SolvedSieve
    configuration: {without_error: true}
steps:
  - name: SetScoreStep
    configuration: {package_name: numpy, package_version: 1.18.5, index_url: null, score: 0.5}
strides:
  - name: OneVersionStride
    configuration: {package_name: six, only_once: true}
  - name: UniqueStackStride
wraps: []
`;

/** The units of tensorflow/inspection-2020-09-08.1 of the dependency-monkey-zoo, two of its thirty strides. */
const PUBLISHED = `
boots:
- {name: UbiBoot, configuration: {}}
- {name: PythonVersionBoot, configuration: {}}
- {name: RHELVersionBoot, configuration: {}}
- {name: PlatformBoot, configuration: {default_platform: linux-x86_64}}
- {name: FullySpecifiedEnvironment, configuration: {}}
- {name: VersionClashBoot, configuration: {}}
sieves:
- {name: CutPreReleasesSieve, configuration: {}}
- {name: Functools32BackportSieve, configuration: {}}
- {name: Enum34BackportSieve, configuration: {}}
- {name: MockBackportSieve, configuration: {}}
- {name: CutLockedSieve, configuration: {}}
- {name: Py36SetuptoolsSieve, configuration: {}}
- {name: PackageIndexSieve, configuration: {}}
- {name: SolvedSieve, configuration: {without_error: true}}
steps: []
strides:
- {name: OneVersionStride, configuration: {only_once: false, package_name: absl-py}}
- {name: OneVersionStride, configuration: {only_once: false, package_name: numpy}}
- {name: UniqueStackStride}
wraps:
- {name: MKLThreadsWrap, configuration: {}}
- {name: NoObservationWrap, configuration: {}}
`;

describe('a pipeline of Thoth', () => {
  it('becomes rules, alternatives and a policy, in the words of a campaign', () => {
    const parts = readThothPipeline(PIPELINE, indexes);
    expect(parts.rules).toEqual([
      { keep: 'numpy>=1.18,<1.19' },
      { keepIndex: ['avx2'], projects: ['torch'] },
      { vary: ['numpy', 'tensorflow'] },
      { score: 'numpy==1.18.5', by: 0.5 },
      { hold: 'six' },
    ]);
    expect(parts.alternatives).toEqual([
      {
        project: 'tensorflow',
        by: [
          { project: 'intel-tensorflow', versions: '==2.1.0', index: 'pip' },
          { project: 'tensorflow', versions: '==2.1.0', index: 'avx2' },
          { project: 'tensorflow-cpu' },
        ],
      },
    ]);
    expect(parts.prereleases).toEqual({ default: 'disallow', packages: { torch: 'allow' } });
    expect(parts.notes.map((note) => note.split(':')[0])).toEqual([
      'UbiBoot',
      'SolvedSieve',
      'UniqueStackStride',
    ]);
  });

  it('gives rules that the registry reads', () => {
    for (const rule of readThothPipeline(PIPELINE, indexes).rules) {
      const kind = Object.keys(rule).flatMap((key) => ruleKinds.get(key) ?? []);
      expect(() => kind[0]?.read(rule)).not.toThrow();
      expect(kind).toHaveLength(1);
    }
  });

  it('may be one of those that Thoth published', () => {
    const parts = readThothPipeline(PUBLISHED, []);
    expect(parts.rules).toEqual([{ keep: 'setuptools>=17' }, { hold: 'absl-py' }, { hold: 'numpy' }]);
    expect(parts.prereleases).toEqual({ default: 'disallow', packages: {} });
  });

  it('keeps to the indexes that a project was restricted to', () => {
    const text =
      'sieves: [{name: FilterConfiguredIndexSieve, configuration: {allowed_indexes: ["https://avx2.example/builds/simple/"]}}]';
    expect(readThothPipeline(text, indexes).rules).toEqual([{ keepIndex: ['avx2'] }]);
  });

  it('may be written as JSON', () => {
    const text = '{"strides": [{"name": "OneVersionStride", "configuration": {"package_name": "six"}}]}';
    expect(readThothPipeline(text, []).rules).toEqual([{ hold: 'six' }]);
  });

  it.each([
    ['sieves: [{name: SolverRulesSieve}]', 'TROOP-1946', { unit: 'SolverRulesSieve', kind: 'sieves[0]' }],
    [
      'sieves: [{name: SelectiveCutPreReleasesSieve, configuration: {allow_prereleases: [torch]}}]',
      'TROOP-1945',
      { place: 'sieves[0].configuration.allow_prereleases' },
    ],
    ['steps: [{name: GenerateScoreStep}]', 'TROOP-1946', { unit: 'GenerateScoreStep', kind: 'steps[0]' }],
    ['strides: [{name: toString}]', 'TROOP-1946', { unit: 'toString' }],
    ['units: []', 'TROOP-1945', { place: 'units' }],
    ['[]', 'TROOP-1945', { place: '(top level)' }],
    ['steps: {', 'TROOP-1945', { place: '(top level)' }],
    ['steps: 3', 'TROOP-1945', { place: 'steps' }],
    ['steps: [SetScoreStep]', 'TROOP-1945', { place: 'steps[0]' }],
    ['strides: [{name: OneVersionStride}]', 'TROOP-1945', { place: 'strides[0].configuration.package_name' }],
    [
      'sieves: [{name: FilterIndexSieve, configuration: {index_url: "https://other.example/simple"}}]',
      'TROOP-1945',
      { place: 'sieves[0].configuration.index_url' },
    ],
    [
      'sieves: [{name: VersionConstraintSieve, configuration: {package_name: a, version_specifier: about 2}}]',
      'TROOP-1945',
      { place: 'sieves[0].configuration.version_specifier' },
    ],
  ])('%s is an error with its place', (text, code, facts) => {
    const error = troopErrorOf(() => readThothPipeline(text, indexes));
    expect(error.code).toBe(code);
    expect(error.facts).toMatchObject(facts);
  });
});
