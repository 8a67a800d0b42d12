import { describe, expect, it } from 'vitest';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import {
  dependencyLines,
  eligibleFiles,
  isInstallable,
  whyNotInstallable,
  type EligibilityPolicy,
} from '../../../../shared/stack/eligible.ts';
import type { Release } from '../../../../shared/stack/release.ts';
import { openTarget } from '../../../../shared/stack/target.ts';
import { sampleFile, sampleRelease } from '../../../support/sample-releases.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const target = openTarget(canonicalEnvironment({ python: '3.11' }));
const pure = 'a-1-py3-none-any.whl';

function names(release: Release, policy: EligibilityPolicy = {}): readonly string[] | 'any' {
  const files = eligibleFiles(release, target, policy);
  return files === 'any' ? files : files.map((file) => file.filename);
}

describe('eligibleFiles', () => {
  it('puts the file that would be installed first', () => {
    const files = [
      sampleFile('a-1.tar.gz'),
      sampleFile(pure),
      sampleFile('a-1-1-py3-none-any.whl'),
      sampleFile('a-1-cp311-cp311-manylinux_2_17_x86_64.whl'),
      sampleFile('a-1-cp312-cp312-manylinux_2_17_x86_64.whl'),
      sampleFile('a-1-cp311-cp311-manylinux_2_28_x86_64.whl', { yanked: true }),
    ];
    expect(names(sampleRelease('a 1', { files }), { allowSdists: true, allowYanked: true })).toEqual([
      'a-1-cp311-cp311-manylinux_2_17_x86_64.whl',
      'a-1-1-py3-none-any.whl',
      pure,
      'a-1.tar.gz',
      'a-1-cp311-cp311-manylinux_2_28_x86_64.whl',
    ]);
    expect(names(sampleRelease('a 1', { files }))).not.toContain('a-1.tar.gz');
  });

  it('lets a release without files be installed everywhere its Python is admitted', () => {
    expect(names(sampleRelease('a 1'))).toBe('any');
    expect(names(sampleRelease('a 1', { requires_python: '>=3.12' }))).toEqual([]);
    expect(names(sampleRelease('a 1', { yanked: true }))).toEqual([]);
    expect(names(sampleRelease('a 1'), { excludeNewer: '2026-01-01T00:00:00Z' })).toEqual([]);
    expect([isInstallable('any'), isInstallable([]), isInstallable([sampleFile(pure)])]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('asks each file for its Python, and the release where the file says nothing', () => {
    const files = [
      sampleFile(pure, { requires_python: '>=3.12' }),
      sampleFile('a-1-cp311-none-any.whl', { requires_python: null }),
    ];
    expect(names(sampleRelease('a 1', { files }))).toEqual(['a-1-cp311-none-any.whl']);
    expect(names(sampleRelease('a 1', { files, requires_python: '<3.11' }))).toEqual([]);
    expect(
      names(sampleRelease('a 1', { files: [sampleFile(pure)], requires_python: '!=3.11.2,>=3.8' })),
    ).toEqual([pure]);
    expect(names(sampleRelease('a 1', { files: [sampleFile(pure)], requires_python: 'three' }))).toEqual([
      pure,
    ]);
  });

  it('knows no file that is newer than the cutoff, or of unknown age', () => {
    const uploaded = (upload_time: string): Release =>
      sampleRelease('a 1', { files: [sampleFile(pure, { upload_time })] });
    const excludeNewer = '2026-01-31T00:00:00Z';
    expect(names(uploaded('2026-01-31T00:00:00Z'), { excludeNewer })).toEqual([pure]);
    expect(names(uploaded('2026-01-31T01:00:00+02:00'), { excludeNewer })).toEqual([pure]);
    expect(names(uploaded('2026-01-31T00:00:01Z'), { excludeNewer })).toEqual([]);
    expect(names(sampleRelease('a 1', { files: [sampleFile(pure)] }), { excludeNewer })).toEqual([]);
    expect(troopErrorOf(() => names(uploaded(excludeNewer), { excludeNewer: 'soon' })).code).toBe(
      'TROOP-1820',
    );
  });

  it('names every reason why nothing can be installed', () => {
    const files = [
      sampleFile('a-1.tar.gz'),
      sampleFile('a-1-cp312-cp312-win_amd64.whl'),
      sampleFile('a-1-py3-none-any-x86_64_v3.whl'),
      sampleFile('a-1.exe'),
      sampleFile(pure, { requires_python: '<3' }),
    ];
    expect(whyNotInstallable(sampleRelease('a 1', { files }), target)).toEqual([
      'sdist',
      'tags',
      'variant',
      'unreadable-name',
      'python',
    ]);
    expect(whyNotInstallable(sampleRelease('a 1'), target)).toEqual([]);
  });
});

describe('dependencyLines', () => {
  it('are those of the file that would be installed, where it has its own', () => {
    const own = sampleFile(pure, { requires_dist: ['b'] });
    const release = sampleRelease('a 1', { requires_dist: ['c'], files: [own] });
    expect(dependencyLines(release, [own])).toEqual(['b']);
    expect(dependencyLines(release, [sampleFile(pure), own])).toEqual(['c']);
    expect(dependencyLines(release, 'any')).toEqual(['c']);
    expect(dependencyLines(sampleRelease('a 1', { requires_dist: null }), [])).toBeNull();
  });
});
