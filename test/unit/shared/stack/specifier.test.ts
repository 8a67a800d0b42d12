import { describe, expect, it } from 'vitest';
import {
  filterVersions,
  formatSpecifierSet,
  namesPrerelease,
  parseSpecifierSet,
  pinsVersion,
  specifierAllows,
} from '../../../../shared/stack/specifier.ts';
import { parseVersion } from '../../../../shared/stack/version.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const allows = (set: string, version: string): boolean => specifierAllows(parseSpecifierSet(set), version);

describe('specifierAllows', () => {
  it.each([
    ['==1.0', '1.0.0', true],
    ['==1.0', '1.0+local', true],
    ['==1.0+local', '1.0', false],
    ['!=1.2+def', '1.2+abc', true],
    ['==1.0.*', '1', true],
    ['==1.0.*', '1.0a1', true],
    ['==1.*', '1!1.0', false],
    ['!=1.1.*', '1.1.5', false],
    ['~=2.2.post3', '2.9', true],
    ['~=2.2.post3', '2.2', false],
    ['~=1.4.5', '1.5.0', false],
    ['<1.0', '1.0rc1', false],
    ['<1.0rc2', '1.0rc1', true],
    ['<1.0.post1', '1.0', true],
    ['<1.0.post1', '1.0rc1', true],
    ['<1.0.post1', '1.0.post1.dev0', false],
    ['<1!2.0', '2.0', true],
    ['>1.0', '1.0.post1', false],
    ['>1.0', '1.0+local', false],
    ['>1.0', '1!1.0', true],
    ['>1.0.post1', '1.0.post2', true],
    ['>1.0.post1', '1.0.post1+local', false],
    ['>=1.0', '1.0+local', true],
    ['<=1.0', '1.0+local', true],
    ['>=1,<2,!=1.5', '1.5', false],
    ['', '0.dev0', true],
    [' ( >=1.0 ) ', '1.0', true],
  ])('%j and %s: %s', (set, version, expected) => {
    expect(allows(set, version)).toBe(expected);
  });

  it('=== looks at the spelling that the index has, whatever its case', () => {
    expect(allows('===1.0', '1.0')).toBe(true);
    expect(allows('===1.0', '1.0.0')).toBe(false);
    expect(allows('===1.0+ABC', '1.0+abc')).toBe(true);
    expect(allows('===french-toast', 'French-Toast')).toBe(true);
    expect(specifierAllows(parseSpecifierSet('===v1.0'), parseVersion('V1.0'))).toBe(true);
  });

  it('leaves pre-releases out when told to', () => {
    const set = parseSpecifierSet('>=1.0');
    expect(specifierAllows(set, '1.1a1')).toBe(true);
    expect(specifierAllows(set, '1.1a1', { prereleases: false })).toBe(false);
  });
});

describe('parseSpecifierSet', () => {
  it.each([
    ['1.0', 'needs one of'],
    ['=1.0', 'needs one of'],
    ['==', 'a version is missing after =='],
    ['>=1.*', 'only == and !='],
    ['<1.0+local', 'local'],
    ['~=1', 'two parts'],
    ['==1.0a1.*', 'plain release'],
    ['==1.x', 'not a version'],
    ['>=1 <2', 'needs one of'],
    ['===a;b', 'ends before'],
  ])('refuses %j and says why', (text, reason) => {
    const error = troopErrorOf(() => parseSpecifierSet(text));
    expect(error.code).toBe('TROOP-1803');
    expect(error.facts['reason']).toContain(reason);
  });

  it('refuses more clauses than a person would write', () => {
    expect(troopErrorOf(() => parseSpecifierSet('>=1,'.repeat(1000))).facts['reason']).toContain('more than');
  });

  it('writes the clauses in their order, without white space', () => {
    expect(formatSpecifierSet(parseSpecifierSet(' >= 1.0 , < 2 '))).toBe('>=1.0,<2');
  });
});

describe('filterVersions', () => {
  it('takes pre-releases only where nothing else matches, or the set names one, or the caller says so', () => {
    const filter = (set: string, versions: string[], prereleases?: boolean): string[] =>
      filterVersions(parseSpecifierSet(set), versions, prereleases === undefined ? {} : { prereleases });
    expect(filter('>=1', ['0.9', '1.0', '1.5a1'])).toEqual(['1.0']);
    expect(filter('>=1.1', ['1.0', '1.5a1'])).toEqual(['1.5a1']);
    expect(filter('>=1.0a1', ['1.0', '1.5a1'])).toEqual(['1.0', '1.5a1']);
    expect(filter('!=1.0a1', ['1.0', '1.5a1'])).toEqual(['1.0']);
    expect(filter('>=1', ['1.0', '1.5a1'], true)).toEqual(['1.0', '1.5a1']);
    expect(filter('>=1.5a0', ['1.5a1'], false)).toEqual([]);
  });
});

describe('what a set opts in to', () => {
  it('names a pre-release by any clause but an exclusion or a prefix', () => {
    expect(namesPrerelease(parseSpecifierSet('>=1.0rc1,<2'))).toBe(true);
    expect(namesPrerelease(parseSpecifierSet('===1.0.dev3'))).toBe(true);
    expect(namesPrerelease(parseSpecifierSet('!=1.0rc1,==1.*'))).toBe(false);
  });

  it('pins one version by == or ===, and by nothing else', () => {
    const version = parseVersion('1.0');
    expect(pinsVersion(parseSpecifierSet('==1.0.0'), version)).toBe(true);
    expect(pinsVersion(parseSpecifierSet('===1.0'), version)).toBe(true);
    expect(pinsVersion(parseSpecifierSet('==1.0,!=1.0'), version)).toBe(false);
    expect(pinsVersion(parseSpecifierSet('==1.*'), version)).toBe(false);
    expect(pinsVersion(parseSpecifierSet('>=1.0,<=1.0'), version)).toBe(false);
  });
});
