// Requirements and markers survive being written and read again, and no text of any kind makes their parsers fail otherwise
// than with an error of the catalogue.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { evaluateMarker, formatMarker, parseMarker, type Marker } from '../../../shared/stack/marker.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { formatRequirement, parseRequirement } from '../../../shared/stack/requirement.ts';
import { specifierText } from '../../support/version-arbitraries.ts';

const FIELDS = [
  'python_version',
  'python_full_version',
  'sys_platform',
  'os_name',
  'platform_release',
  'extra',
] as const;

const literal = fc
  .constantFrom('3.9', '3.11', 'linux', 'posix', 'Foo_Bar', '', 'a b', `it's`, 'x"y')
  .map((value) => ({ kind: 'literal' as const, value }));
const field = fc.constantFrom(...FIELDS).map((name) => ({ kind: 'field' as const, field: name }));
const operator = fc.constantFrom('<', '<=', '==', '!=', '>=', '>', '~=', '===', 'in', 'not in');
const comparison: fc.Arbitrary<Marker> = fc
  .tuple(field, operator, literal, fc.boolean())
  .map(([left, sign, right, isReversed]) =>
    isReversed
      ? { kind: 'comparison', left: right, operator: sign, right: left }
      : { kind: 'comparison', left, operator: sign, right },
  );
const { marker } = fc.letrec<{ marker: Marker }>((tie) => ({
  marker: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('marker'), { minLength: 2, maxLength: 3 }))
      .map(([kind, operands]): Marker => ({ kind, operands })),
  ),
}));

const environment = fc.record({
  python_version: fc.constantFrom('3.9', '3.11'),
  python_full_version: fc.constantFrom('3.9.18', '3.11.99'),
  sys_platform: fc.constantFrom('linux', 'darwin'),
  os_name: fc.constantFrom('posix', 'nt'),
  platform_release: fc.constantFrom('', '5.15.0-91-generic'),
  extra: fc.constantFrom('', 'foo-bar', 'x'),
});
const name = fc.constantFrom('a', 'Foo.Bar', 'foo_bar', 'zope.interface', 'x1');

describe('markers', () => {
  it('mean the same when they are written and read again', () => {
    fc.assert(
      fc.property(marker, environment, (given, values) => {
        const text = formatMarker(given);
        const again = parseMarker(text);
        expect(formatMarker(again)).toBe(text);
        expect(evaluateMarker(again, values)).toBe(evaluateMarker(given, values));
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the laws of "and" and "or"', () => {
    fc.assert(
      fc.property(marker, marker, environment, (a, b, values) => {
        const [left, right] = [evaluateMarker(a, values), evaluateMarker(b, values)];
        expect(evaluateMarker({ kind: 'and', operands: [a, b] }, values)).toBe(left && right);
        expect(evaluateMarker({ kind: 'or', operands: [a, b] }, values)).toBe(left || right);
      }),
    );
  });
});

describe('requirements', () => {
  it('mean the same when they are written and read again', () => {
    const details = fc.oneof(specifierText(), fc.constant(' @ https://host.example/a;b.zip '));
    fc.assert(
      fc.property(
        name,
        fc.array(name, { maxLength: 3 }),
        details,
        fc.option(marker),
        (project, extras, detail, condition) => {
          const suffix = condition === null ? '' : ` ; ${formatMarker(condition)}`;
          const requirement = parseRequirement(`${project}[${extras.join(', ')}]${detail}${suffix}`);
          const again = parseRequirement(formatRequirement(requirement));
          expect(again).toEqual({ ...requirement, text: again.text });
          expect(requirement.name).toBe(normalizeName(project));
          expect(new Set(requirement.extras)).toEqual(new Set(extras.map(normalizeName)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are refused with an error of the catalogue, whatever the text is', () => {
    const pieces = fc.constantFrom(
      'a',
      '[',
      ']',
      '(',
      ')',
      ';',
      '@',
      ',',
      '>=',
      '==',
      '1.0',
      '.*',
      ' ',
      '"',
      "'",
      'and',
      'os_name',
      'in',
      'not',
      '\n',
      'é',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const outcome = attempt(() => parseRequirement(given));
        expect(outcome === 'read' || outcome instanceof TroopError).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

function attempt(call: () => unknown): unknown {
  try {
    call();
    return 'read';
  } catch (error) {
    return error;
  }
}
