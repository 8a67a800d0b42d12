// Pipelines of Thoth and rules of any form: read into rules, alternatives and a policy that a space can be opened with, or
// refused with an error of the catalogue.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readThothPipeline } from '../../../coordinator/inputs/read-thoth-pipeline.ts';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import { readRule } from '../../../coordinator/monkey/rules/read-rules.ts';
import { ruleKinds } from '../../../coordinator/monkey/rules/registry.ts';
import { unmatchedNames } from '../../../coordinator/monkey/rules/unmatched-names.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { AlternativeDeclaration } from '../../../shared/stack/alternatives.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { damagedText, isLinear, isRead } from '../../support/hostile-input.ts';
import { linux311, lookupOf, release, requirements } from '../../support/monkey/knowledge.ts';

const PIPELINE = `boots:
  - name: UbiBoot
    configuration: {package_name: null}
pseudonyms:
  - name: AliasPseudonym
    configuration: {package_name: six, aliases: [{package_name: sixty}]}
sieves:
  - name: CutPreReleasesSieve
  - name: VersionConstraintSieve
    configuration: {package_name: six, version_specifier: ">=1,<3"}
  - name: FilterIndexSieve
    configuration: {package_name: six, index_url: [https://index.example/simple]}
  - name: PackageCombinationsSieve
    configuration: {package_name: null, package_combinations: [six]}
steps:
  - name: SetScoreStep
    configuration: {package_name: six, package_version: "1.0", index_url: null, score: 0.5}
strides:
  - name: OneVersionStride
    configuration: {package_name: six, only_once: true}
wraps: []
`;
const PIECES = [
  '',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '&a ',
  '*a',
  '!!x ',
  'null',
  '.nan',
  '"',
  '\n',
  '  ',
  '__proto__: ',
  '\0',
];
const indexes = [{ name: 'pip', url: 'https://index.example/simple' }];
const lookup = lookupOf([release('six', '1.0'), release('six', '2.0'), release('sixty', '1.0')]);

function openWith(rules: readonly RuleDeclaration[], alternatives: readonly AlternativeDeclaration[]): void {
  const environment = linux311;
  const space = openStateSpace({
    requirements: requirements('six'),
    lookup,
    environment,
    rules,
    alternatives,
  });
  expect(unmatchedNames(rules, space)).not.toContain('six');
}

describe('a pipeline of Thoth', () => {
  it('that is damaged is read or refused, and what is read opens a space or is refused', async () => {
    const read = (text: string): void => {
      const { rules, alternatives } = readThothPipeline(text, indexes);
      openWith(rules, alternatives);
    };
    expect(() => read(PIPELINE)).not.toThrow();
    const text = fc.oneof(damagedText(PIPELINE, PIECES), fc.string({ unit: 'binary', maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(text, async (each) => {
        expect(typeof (await isRead(() => read(each)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(400) },
    );
  });

  it.each(['[', '{', '- ', '"', 'a: ', '&a ', 'sieves:\n', '- name: x\n'])(
    'of %j again and again takes the time of its length',
    async (part) => {
      const read = (size: number): Promise<boolean> =>
        isRead(() => readThothPipeline(part.repeat(size), indexes));
      expect(await isLinear(read, 800)).toBe(true);
    },
  );
});

describe('a rule', () => {
  it('of any values is read or refused, and what is read opens a space or is refused', async () => {
    const keys = [...ruleKinds.keys(), 'when', 'by', 'projects', 'project', 'index', 'variant', '__proto__'];
    const value = fc.oneof(
      fc.constantFrom('six', 'six>=2', 'six[x]', 'six; a', ['six', 'sixty'], {
        project: 'six',
        index: 'pip',
      }),
      fc.constantFrom(
        0.5,
        -1,
        null,
        '',
        [],
        {},
        [[]],
        { python: '3.11' },
        { lanes: ['any'] },
        '\ud800',
        1e308,
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const rule = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value, { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { maxLength: 3 }), async (rules) => {
        const declared = rules as unknown as readonly RuleDeclaration[];
        const isKnown = await isRead(() => declared.forEach((each) => readRule(each)));
        expect(typeof (isKnown && (await isRead(() => openWith(declared, []))))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(600) },
    );
  });
});
