import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  formatVersion,
  isPrerelease,
  parseVersion,
  publicText,
  tryParseVersion,
} from '../../../../shared/stack/version.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

describe('parseVersion', () => {
  it.each([
    ['1.0', '1.0'],
    [' v1.0 ', '1.0'],
    ['01.002', '1.2'],
    ['0!1', '1'],
    ['1!2.0', '1!2.0'],
    ['1.0-preview.3', '1.0rc3'],
    ['1.0ALPHA', '1.0a0'],
    ['1.0_c', '1.0rc0'],
    ['1.0-1', '1.0.post1'],
    ['1.0.REV2', '1.0.post2'],
    ['1.0post', '1.0.post0'],
    ['1.0dev', '1.0.dev0'],
    ['1.0a1.post2.dev3+Local_1-02', '1.0a1.post2.dev3+local.1.2'],
    ['0.20190819225812123456789', '0.20190819225812123456789'],
  ])('spells %j as %s', (text, normalised) => {
    expect(formatVersion(parseVersion(text))).toBe(normalised);
    expect(parseVersion(text).original).toBe(text.trim());
  });

  it('takes a version apart', () => {
    expect(parseVersion('2!1.0rc3.post4.dev5+cu118')).toMatchObject({
      epoch: 2,
      release: [1, 0],
      pre: { phase: 'rc', number: 3 },
      post: 4,
      dev: 5,
      local: 'cu118',
    });
  });

  it.each([
    '',
    'x',
    '1.',
    '.1',
    '1..2',
    '1.0+',
    '1.0+a..b',
    '1.0a1b1',
    '1.0.post1.post2',
    '1!',
    '1.0 1',
    '１.0',
    '1.0+é',
  ])('refuses %j', (text) => {
    expect(tryParseVersion(text)).toBeNull();
    expect(troopErrorOf(() => parseVersion(text)).code).toBe('TROOP-1802');
  });

  it('refuses a text without bounds', () => {
    expect(tryParseVersion(`1${'.1'.repeat(1000)}`)).toBeNull();
  });
});

describe('compareVersions', () => {
  it('orders development, pre-, final and post-releases and local versions as PEP 440 lists them', () => {
    const ascending = [
      '0.9',
      '1.dev0',
      '1.0.dev456',
      '1.0a1.dev1',
      '1.0a1',
      '1.0a2.dev456',
      '1.0a12.dev456',
      '1.0a12',
      '1.0b1.dev456',
      '1.0b2',
      '1.0b2.post345.dev456',
      '1.0b2.post345',
      '1.0rc1.dev456',
      '1.0rc1',
      '1.0',
      '1.0+abc.5',
      '1.0+abc.7',
      '1.0+5',
      '1.0.post456.dev34',
      '1.0.post456',
      '1.0.15',
      '1.1.dev1',
      '1.10',
      '2012.10',
      '1!0.1',
    ].map(parseVersion);
    const shuffled = ascending.toReversed();
    expect(shuffled.toSorted(compareVersions).map(formatVersion)).toEqual(ascending.map(formatVersion));
  });

  it('tells pre-releases from the rest', () => {
    expect(['1.0a1', '1.0.dev1', '1.0.post1.dev1', '1.0rc1+x'].map(parseVersion).every(isPrerelease)).toBe(
      true,
    );
    expect(['1.0', '1.0.post1', '1.0+dev', '1!0'].map(parseVersion).some(isPrerelease)).toBe(false);
  });

  it('names the public part', () => {
    expect(publicText(parseVersion('1.0+cu118'))).toBe('1.0');
    expect(publicText(parseVersion('1.0'))).toBe('1.0');
  });
});
