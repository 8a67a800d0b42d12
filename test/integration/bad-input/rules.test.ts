// Rules and strategies that nobody can follow: of every kind, what is no parameter, of the wrong type, of nothing that is there,
// or against itself. Rules that exclude everything say so like requirements that do.
import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../../coordinator/knowledge/store/release-lookup.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import { ruleKinds } from '../../../coordinator/monkey/rules/registry.ts';
import { strategies } from '../../../coordinator/monkey/strategies/registry.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { JsonValue } from '../../../coordinator/monkey/strategies/strategy.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { linux311, release } from '../../support/monkey/knowledge.ts';
import type { Answer } from '../../support/programs.ts';

const RELEASES = new Map([
  ['app', [release('app', '1.0', ['lib']), release('app', '2.0', ['lib>=2'])]],
  ['lib', ['1.0', '2.0', '3.0'].map((version) => release('lib', version))],
]);
const engine = createSamplingEngine(() =>
  Promise.resolve(
    snapshotOf(
      'file',
      {
        format: 'troop-knowledge',
        version: 1,
        created: '2026-01-01T00:00:00Z',
        indexes: [{ name: 'pip', url: 'https://index.example/simple' }],
      },
      RELEASES,
    ),
  ),
);

interface Asked {
  readonly rules?: readonly RuleDeclaration[];
  readonly strategy?: string;
  readonly parameters?: Readonly<Record<string, JsonValue>>;
}

/** What a command shows that draws stacks in such a way. */
const draw = ({ rules = [], strategy = 'random-walk', parameters }: Asked): Promise<Answer> =>
  answerOf(() =>
    engine.draw(
      {
        space: {
          snapshotId: 'file',
          requirements: ['app'],
          constraints: [],
          environment: linux311,
          indexes: [],
          policy: {},
          rules,
        },
        sampling: { strategy, ...(parameters === undefined ? {} : { parameters }) },
        seed: '0',
        planned: 3,
        cursor: null,
      },
      3,
    ),
  );

type Row = readonly [declaration: RuleDeclaration, code: ErrorCode, says: string];
const PATTERN = 'it is neither a text such as numpy>=2 nor {project, version, index, variant}';
const LIST = 'it is neither a text nor a list of texts';
const NONE = 'no stack satisfies the requirements in linux_x86_64-cp311';
const LANES = 'cannot take when.lanes: all lanes share one stream of stacks';
const MORE = 'is more than a project and its versions; use "when" for conditions';

const RULES: readonly Row[] = [
  [{}, 'TROOP-1941', 'there is no kind of rule that says nothing'],
  [{ prefer: 'lib' }, 'TROOP-1941', 'there is no kind of rule that says prefer'],
  [{ drop: 'lib<2', keep: 'lib<2' }, 'TROOP-1941', 'there is no kind of rule that says drop and keep'],
  [{ keep: true }, 'TROOP-1942', `the rule keep cannot take keep: ${PATTERN}`],
  [{ keep: ['lib<2', null] }, 'TROOP-1942', `the rule keep cannot take keep[1]: ${PATTERN}`],
  [{ keep: 'lib<2', projects: ['lib'] }, 'TROOP-1942', 'cannot take projects: the keys here are keep, when'],
  [{ keep: 'lib==9' }, 'TROOP-1306', NONE],
  [{ drop: 5 }, 'TROOP-1942', `the rule drop cannot take drop: ${PATTERN}`],
  [{ drop: [] }, 'TROOP-1942', 'the rule drop cannot take drop: the list is empty'],
  [{ drop: 'lib>>1' }, 'TROOP-1942', '"lib>>1" is not a requirement: ">1" is not a version at character 4'],
  [{ drop: 'lib[x]' }, 'TROOP-1942', `"lib[x]" ${MORE}`],
  [{ drop: 'lib; python_version < "3"' }, 'TROOP-1942', MORE],
  [{ drop: 'lib @ https://files.example/lib.whl' }, 'TROOP-1942', MORE],
  [
    { drop: { project: 'lib', idx: 'pip' } },
    'TROOP-1942',
    'drop.idx: the keys here are project, version, index, variant',
  ],
  [{ drop: { index: 'pip' } }, 'TROOP-1942', PATTERN],
  [{ drop: { project: 'lib', index: 5 } }, 'TROOP-1942', 'index and variant are texts'],
  [
    { drop: { project: 'lib', version: '1.*' } },
    'TROOP-1942',
    'cannot take drop.version: it is not the text of one version',
  ],
  [{ drop: 'lib' }, 'TROOP-1306', NONE],
  [{ keepIndex: 5 }, 'TROOP-1942', `the rule keepIndex cannot take keepIndex: ${LIST}`],
  [{ keepIndex: [] }, 'TROOP-1942', LIST],
  [{ keepIndex: 'pip', projects: ['a b'] }, 'TROOP-1942', 'projects: "a b" is not the name of a project'],
  [{ keepIndex: 'nowhere' }, 'TROOP-1306', NONE],
  [{ dropIndex: {} }, 'TROOP-1942', `the rule dropIndex cannot take dropIndex: ${LIST}`],
  [{ dropIndex: 'pip', projects: 5 }, 'TROOP-1942', `cannot take projects: ${LIST}`],
  [{ dropIndex: 'pip' }, 'TROOP-1306', NONE],
  [{ hold: 5 }, 'TROOP-1942', `the rule hold cannot take hold: ${PATTERN}`],
  [{ hold: 'lib', when: { lanes: ['avx2'] } }, 'TROOP-1942', LANES],
  [{ hold: 'lib==9' }, 'TROOP-1306', NONE],
  [{ vary: 5 }, 'TROOP-1942', `the rule vary cannot take vary: ${LIST}`],
  [{ vary: 'lib>=1' }, 'TROOP-1942', '"lib>=1" is not the name of a project'],
  [{ vary: 'lib', when: { lanes: 'avx2' } }, 'TROOP-1942', LANES],
  [{ score: 'lib>=2' }, 'TROOP-1942', 'the rule score cannot take by: it is not a number'],
  [{ score: 'lib>=2', by: '1' }, 'TROOP-1942', 'the rule score cannot take by: it is not a number'],
  [{ score: 5, by: 1 }, 'TROOP-1942', `the rule score cannot take score: ${PATTERN}`],
  [{ score: 'lib', by: 1, when: { lanes: ['avx2'] } }, 'TROOP-1942', LANES],
  [{ reject: 7 }, 'TROOP-1942', `the rule reject cannot take reject: ${PATTERN}`],
  [{ reject: [] }, 'TROOP-1942', 'the rule reject cannot take reject: the list is empty'],
  [{ reject: ['app', 'lib'] }, 'TROOP-1306', NONE],
  [{ drop: 'lib', when: 5 }, 'TROOP-1942', 'when: it is a mapping of python, platform, variables, lanes'],
  [{ drop: 'lib', when: { py: '3' } }, 'TROOP-1942', 'when.py: the keys here are python, platform'],
  [{ drop: 'lib', when: { python: 3.11 } }, 'TROOP-1942', `the rule drop cannot take when.python: ${LIST}`],
  [{ drop: 'lib', when: { python: 'three' } }, 'TROOP-1942', 'when.python: "three" is not a Python version'],
  [{ drop: 'lib', when: { platform: 'win32' } }, 'TROOP-1942', 'when.platform: "win32" is not a platform'],
  [{ drop: 'lib', when: { variables: { A: 1 } } }, 'TROOP-1942', 'when.variables: it is a mapping of names'],
  [{ drop: 'lib', when: { lanes: [] } }, 'TROOP-1942', `the rule drop cannot take when.lanes: ${LIST}`],
];

const HINTS: Partial<Record<ErrorCode, string>> = {
  'TROOP-1306': 'loosen the requirements',
  'TROOP-1941': 'A rule has one of these keys: keep, drop, keepIndex, dropIndex, hold, vary, score, reject',
  'TROOP-1942': 'The README of coordinator/monkey/rules shows what each kind of rule takes',
};

describe(`bad rules (${RULES.length + 2} cases)`, () => {
  test.each(RULES.map((row) => ({ row, name: JSON.stringify(row[0]) })))('$name', async ({ row }) => {
    const [declaration, code, says] = row;
    const status = code === 'TROOP-1306' ? 1 : 2;
    const refusal = { code, status, says, hint: HINTS[code] ?? '?' };
    expect(seenIn(await draw({ rules: [declaration] }), refusal)).toEqual(refusal);
  });

  test.each([[[{ keep: 'lib==1.0' }, { drop: 'lib<2' }]], [[{ hold: 'lib==1.0' }, { hold: 'lib==2.0' }]]])(
    'that are against each other: %j',
    async (rules) => {
      const refusal = { code: 'TROOP-1306', status: 1, says: NONE, hint: 'loosen the requirements' } as const;
      expect(seenIn(await draw({ rules }), refusal)).toEqual(refusal);
    },
  );

  test('every kind of rule has a case that it cannot take', () => {
    const tried = RULES.filter(([, code]) => code === 'TROOP-1942').flatMap(([rule]) => Object.keys(rule));
    expect([...ruleKinds.keys()].filter((kind) => !tried.includes(kind))).toEqual([]);
  });

  test.each([...ruleKinds.values()].map(({ example }) => [JSON.stringify(example), example] as const))(
    'and the example %s, of projects that are not here, is followed',
    async (_name, example) => {
      const elsewhere = JSON.parse(
        JSON.stringify(example).replaceAll('avx2-builds', 'pip'),
      ) as RuleDeclaration;
      expect(await draw({ rules: [elsewhere] })).toMatchObject({ status: 0 });
    },
  );

  test('a condition on a full version of Python is one on its line', async () => {
    const rules = [{ drop: 'lib', when: { python: '3.11.7' } }];
    const refusal = { code: 'TROOP-1306', status: 1, says: NONE, hint: 'loosen the requirements' } as const;
    expect(seenIn(await draw({ rules }), refusal)).toEqual(refusal);
  });
});

type Parameter = readonly [strategy: string, parameters: Readonly<Record<string, JsonValue>>, says: string];
const same = ['lib==1.0'];

/** Beside those that every declared parameter gives by itself. */
const PARAMETERS: readonly Parameter[] = [
  ['stratified', { packages: ['nothing'] }, 'cannot take packages: no stack has any of nothing'],
  ['stratified', { packages: ['a b'] }, 'cannot take packages: "a b" is no name'],
  ['coverage', { packages: ['nothing'] }, 'cannot take packages: no stack has any of nothing'],
  ['combinations', { packages: ['nothing'] }, 'cannot take packages: no stack has any of nothing'],
  ['combinations', { baseline: ['lib==9'] }, 'cannot take baseline: no stack has lib==9'],
  ['neighbours', { baseline: ['nothing==1'] }, 'cannot take baseline: no stack has nothing==1'],
  ['neighbours', { baseline: ['lib>=1'] }, 'cannot take baseline: "lib>=1" is no pin such as numpy==1.26.4'],
  [
    'neighbours',
    { baseline: ['lib=='] },
    'cannot take baseline: "lib==" is not a requirement: a version is missing',
  ],
  ['neighbours', { baseline: ['lib==1.0', 'Lib==2.0'] }, 'cannot take baseline: it pins lib twice'],
  ['bisect', { good: ['lib==9'], bad: same }, 'cannot take good: no stack has lib==9'],
  ['bisect', { good: same, bad: same }, 'cannot take good: the good and the bad stack are the same'],
  ['bisect', { good: ['lib==1.0', 'lib==2.0'] }, 'cannot take good: it pins lib twice'],
];

/** What a declared parameter never is, with what is said of it. */
function wrongValues(strategy: string): readonly Parameter[] {
  const forms = Object.entries(strategies.get(strategy)?.parameters ?? {});
  const known = forms.length === 0 ? 'it takes no parameters' : 'it knows only';
  return [
    [strategy, { nothing: 1 }, `cannot take nothing: ${known}`],
    [strategy, { constructor: 1 }, `cannot take constructor: ${known}`],
    ...forms.flatMap(([name, form]): Parameter[] => {
      const of = (value: JsonValue, says: string): Parameter => [
        strategy,
        { [name]: value },
        `cannot take ${name}: ${says}`,
      ];
      switch (form.kind) {
        case 'names':
        case 'pins':
          return [
            of('x', `it is not a list of ${form.kind}`),
            of([], 'it is not a list of'),
            of([5], 'it is not'),
          ];
        case 'choice':
          return [of('x', 'it is none of'), of(5, 'it is none of')];
        case 'integer':
        case 'number': {
          const words = `it is not a ${form.kind === 'integer' ? 'whole number' : 'number'} from ${form.minimum}`;
          return [form.minimum - 1, form.maximum + 1, 'x', null].map((value) => of(value, words));
        }
      }
    }),
  ];
}

const STRATEGIES = [...strategies.keys()].flatMap(wrongValues).concat(PARAMETERS);

describe(`bad parameters of strategies (${STRATEGIES.length + 1} cases)`, () => {
  const rows = STRATEGIES.map((row) => ({ row, name: `${row[0]} ${JSON.stringify(row[1])}` }));
  test.each(rows)('$name', async ({ row }) => {
    const [strategy, parameters, says] = row;
    const hint = 'The README of coordinator/monkey/strategies lists what each strategy takes';
    const refusal = {
      code: 'TROOP-1908',
      status: 2,
      says: `the sampling strategy ${strategy} ${says}`,
      hint,
    } as const;
    expect(seenIn(await draw({ strategy, parameters }), refusal)).toEqual(refusal);
  });

  test('a strategy that is none', async () => {
    const says = 'there is no sampling strategy "unifrom"';
    const refusal = { code: 'TROOP-1904', status: 2, says, hint: 'Choose one of: latest, lowest' } as const;
    expect(seenIn(await draw({ strategy: 'unifrom' }), refusal)).toEqual(refusal);
  });
});
