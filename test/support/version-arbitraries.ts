// Random versions and specifiers in every spelling of PEP 440, from few numbers, so that they often meet.
import fc from 'fast-check';

const number = fc.constantFrom('', '0', '1', '2', '10', '01');
const separator = fc.constantFrom('', '.', '-', '_');

export function releaseText(): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom('0', '1', '2', '10'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('.'));
}

function publicText(): fc.Arbitrary<string> {
  const epoch = fc.constantFrom('', '', '', '', '0!', '1!');
  const pre = fc.tuple(
    separator,
    fc.constantFrom('a', 'b', 'rc', 'c', 'ALPHA', 'beta', 'pre', 'preview'),
    number,
  );
  const post = fc.oneof(
    fc.tuple(separator, fc.constantFrom('post', 'rev', 'r', 'POST'), number).map((parts) => parts.join('')),
    fc.constantFrom('-0', '-1', '-2'),
  );
  const dev = fc.tuple(separator, fc.constantFrom('dev', 'DEV'), number);
  const maybe = (part: fc.Arbitrary<string>, weight: number): fc.Arbitrary<string> =>
    fc.oneof({ weight, arbitrary: part }, { weight: 3, arbitrary: fc.constant('') });
  const join = (parts: readonly string[]): string => parts.join('');
  return fc
    .tuple(
      fc.constantFrom('', '', 'v'),
      epoch,
      releaseText(),
      maybe(pre.map(join), 2),
      maybe(post, 1),
      maybe(dev.map(join), 1),
    )
    .map(join);
}

/** A valid version in some spelling. */
export function versionText(): fc.Arbitrary<string> {
  const local = fc.constantFrom('', '', '', '', '+abc', '+1', '+1.2', '+Abc-2', '+abc_10');
  return fc.tuple(publicText(), local).map((parts) => parts.join(''));
}

/** A valid set of up to three clauses. */
export function specifierText(): fc.Arbitrary<string> {
  const clause = fc.oneof(
    fc.tuple(fc.constantFrom('==', '!=', '==='), versionText()),
    fc.tuple(fc.constantFrom('<', '<=', '>', '>='), publicText()),
    fc.tuple(
      fc.constantFrom('==', '!='),
      releaseText().map((text) => `${text}.*`),
    ),
    fc.tuple(
      fc.constant('~='),
      releaseText().map((text) => `1.${text}`),
    ),
  );
  return fc
    .array(
      clause.map((parts) => parts.join('')),
      { maxLength: 3 },
    )
    .map((clauses) => clauses.join(','));
}
