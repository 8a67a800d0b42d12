// Laws that the order of versions and the specifiers must keep, whatever the versions are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterVersions,
  formatSpecifierSet,
  intersectSpecifierSets,
  parseSpecifierSet,
  specifierAllows,
} from '../../../shared/stack/specifier.ts';
import {
  compareVersions,
  isPrerelease,
  parseVersion,
  tryParseVersion,
} from '../../../shared/stack/version.ts';
import { specifierText, versionText } from '../../support/version-arbitraries.ts';

const version = versionText().map(parseVersion);
const specifier = specifierText().map(parseSpecifierSet);

describe('the order of versions', () => {
  it('is total: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        const [low, middle, high] = [a, b, c].toSorted(compareVersions);
        const orders = [compareVersions(low ?? a, middle ?? a), compareVersions(middle ?? a, high ?? a)];
        expect(compareVersions(low ?? a, high ?? a)).toBe(Math.min(...orders));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not look at the spelling: the normalised text is the same version', () => {
    fc.assert(
      fc.property(version, (a) => {
        const again = parseVersion(a.text);
        expect(compareVersions(a, again)).toBe(0);
        expect(again.text).toBe(a.text);
        expect(isPrerelease(again)).toBe(isPrerelease(a));
      }),
      { numRuns: 2000 },
    );
  });

  it('ignores trailing zeros of the release', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 3 }),
        (release, zeros) => {
          const longer = [...release, ...Array.from({ length: zeros }, () => 0)];
          expect(compareVersions(parseVersion(release.join('.')), parseVersion(longer.join('.')))).toBe(0);
        },
      ),
    );
  });

  it('compares numbers of any length by value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        (a, b) => {
          const [left, right] = [parseVersion(`1.${a}`), parseVersion(`1.${b}`)];
          expect(compareVersions(left, right) < 0).toBe(a < b);
        },
      ),
    );
  });

  it('never throws on any text, and takes no time to speak of on long ones', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void tryParseVersion(text)));
    for (const text of [
      '1' + '.1'.repeat(500),
      '1-'.repeat(500),
      '1+' + 'a.'.repeat(500),
      '0'.repeat(1000) + 'x',
    ]) {
      expect(tryParseVersion(text)?.original ?? null).toBe(tryParseVersion(text) === null ? null : text);
    }
  });
});

describe('the algebra of specifiers', () => {
  it('== and != split the versions, and so do < and >= for final versions', () => {
    fc.assert(
      fc.property(version, version, (bound, candidate) => {
        const allows = (operator: string): boolean =>
          specifierAllows(parseSpecifierSet(operator + bound.text.split('+')[0]), candidate);
        expect(allows('==')).toBe(!allows('!='));
        // < leaves out the pre-releases of its bound, > its post-releases and locals: never both hold.
        expect(allows('<') && allows('>=')).toBe(false);
        expect(allows('>') && allows('<=')).toBe(false);
        expect(allows('==')).toBe(allows('<=') && allows('>='));
      }),
      { numRuns: 2000 },
    );
  });

  it('a set allows what both halves allow', () => {
    fc.assert(
      fc.property(specifier, specifier, version, (a, b, candidate) => {
        const both = intersectSpecifierSets(a, b);
        expect(specifierAllows(both, candidate)).toBe(
          specifierAllows(a, candidate) && specifierAllows(b, candidate),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('survives being written and read again', () => {
    fc.assert(
      fc.property(specifier, version, (set, candidate) => {
        const again = parseSpecifierSet(formatSpecifierSet(set));
        expect(formatSpecifierSet(again)).toBe(formatSpecifierSet(set));
        expect(specifierAllows(again, candidate)).toBe(specifierAllows(set, candidate));
      }),
      { numRuns: 1000 },
    );
  });

  it('~= is >= and the prefix of its release', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 4 }),
        version,
        (release, candidate) => {
          const compatible = parseSpecifierSet(`~=${release.join('.')}`);
          const spelled = parseSpecifierSet(`>=${release.join('.')},==${release.slice(0, -1).join('.')}.*`);
          expect(specifierAllows(compatible, candidate)).toBe(specifierAllows(spelled, candidate));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('its ranges are disjoint, ascending, and say the same as the clauses one by one', () => {
    fc.assert(
      fc.property(specifier, version, (set, candidate) => {
        for (const [position, range] of set.ranges.entries()) {
          expect(range.low < range.high).toBe(true);
          expect((set.ranges[position - 1]?.high ?? '') <= range.low).toBe(true);
        }
        const oneByOne = set.clauses.every((clause) =>
          specifierAllows(parseSpecifierSet(clause.operator + clause.text), candidate),
        );
        expect(specifierAllows(set, candidate)).toBe(oneByOne);
      }),
      { numRuns: 1000 },
    );
  });

  it('a filter keeps order, keeps only what is allowed, and mixes finals with pre-releases only when told to', () => {
    fc.assert(
      fc.property(specifier, fc.array(version, { maxLength: 8 }), (set, versions) => {
        const kept = filterVersions(set, versions);
        expect(kept).toEqual(versions.filter((item) => kept.includes(item)));
        expect(kept.every((item) => specifierAllows(set, item))).toBe(true);
        expect(filterVersions(set, versions, { prereleases: false }).some(isPrerelease)).toBe(false);
        expect(kept.length > 0).toBe(versions.some((item) => specifierAllows(set, item)));
      }),
      { numRuns: 1000 },
    );
  });
});
