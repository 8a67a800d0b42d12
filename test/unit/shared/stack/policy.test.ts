import { describe, expect, it } from 'vitest';
import {
  allowsPrereleases,
  allowsYanked,
  applicableRequirements,
  DEFAULT_POLICY,
  resolutionPolicy,
} from '../../../../shared/stack/policy.ts';
import { parseVersion } from '../../../../shared/stack/version.ts';
import { requirementsOf, sampleRelease } from '../../../support/sample-releases.ts';

const finals = [sampleRelease('a 1.0'), sampleRelease('a 2.0rc1')];
const none = requirementsOf();

describe('resolutionPolicy', () => {
  it('fills in the defaults', () => {
    expect(resolutionPolicy()).toEqual(DEFAULT_POLICY);
    expect(resolutionPolicy({ allowSdists: true })).toEqual({ ...DEFAULT_POLICY, allowSdists: true });
  });
});

describe('allowsPrereleases', () => {
  it('only where there is no final release, or the request names a pre-release', () => {
    expect(allowsPrereleases('a', none, finals, DEFAULT_POLICY)).toBe(false);
    expect(allowsPrereleases('a', none, [sampleRelease('a 2.0rc1')], DEFAULT_POLICY)).toBe(true);
    expect(allowsPrereleases('a', requirementsOf('a>=2.0rc1'), finals, DEFAULT_POLICY)).toBe(true);
    expect(allowsPrereleases('a', requirementsOf('a!=2.0rc1'), finals, DEFAULT_POLICY)).toBe(false);
  });

  it('or as the policy says, project before all', () => {
    const policy = resolutionPolicy({ prereleases: 'allow', prereleasesOf: { a: 'disallow' } });
    expect(allowsPrereleases('a', requirementsOf('a==2.0rc1'), finals, policy)).toBe(false);
    expect(allowsPrereleases('b', none, finals, policy)).toBe(true);
  });
});

describe('allowsYanked', () => {
  it('only where the request pins that very version', () => {
    const version = parseVersion('1.0');
    expect(allowsYanked(version, requirementsOf('a==1.0'), DEFAULT_POLICY)).toBe(true);
    expect(allowsYanked(version, requirementsOf('a==1.1', 'a<=1.0'), DEFAULT_POLICY)).toBe(false);
    expect(allowsYanked(version, requirementsOf('a==1.0'), resolutionPolicy({ yanked: 'disallow' }))).toBe(
      false,
    );
  });
});

describe('applicableRequirements', () => {
  it('keeps the lines whose marker holds, and those without one', () => {
    const lines = requirementsOf(
      'a',
      'b; python_version < "3"',
      'c; python_version >= "3"',
      'd; extra == "x"',
    );
    const kept = applicableRequirements(lines, { python_version: '3.11' });
    expect(kept.map(({ name }) => name)).toEqual(['a', 'c']);
  });
});
