import { describe, expect, it } from 'vitest';
import { rankTags, supportedTags, wheelRank } from '../../../../shared/stack/tags.ts';
import { parseWheelFilename } from '../../../../shared/stack/wheel.ts';

const tagsOf = (platform: string, python = '3.11'): readonly string[] =>
  supportedTags({ implementation: 'cpython', python, platform });

function rank(filename: string, platform = 'linux_x86_64', python = '3.11'): number | null {
  const wheel = parseWheelFilename(filename);
  expect(wheel).not.toBeNull();
  return wheel && wheelRank(wheel, rankTags(tagsOf(platform, python)));
}

describe('supportedTags', () => {
  it('begins with the interpreter on the newest C library and ends with the oldest pure Python', () => {
    const tags = tagsOf('linux_x86_64');
    expect(tags[0]).toBe('cp311-cp311-manylinux_2_28_x86_64');
    expect(tags.at(-1)).toBe('py30-none-any');
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('puts the old names of manylinux behind their numbers, and plain Linux last', () => {
    const own = tagsOf('linux_x86_64').filter((tag) => tag.startsWith('cp311-cp311-'));
    expect(own).toContain('cp311-cp311-manylinux1_x86_64');
    expect(own.indexOf('cp311-cp311-manylinux2014_x86_64')).toBe(
      own.indexOf('cp311-cp311-manylinux_2_17_x86_64') + 1,
    );
    expect(own.at(-1)).toBe('cp311-cp311-linux_x86_64');
    expect(tagsOf('linux_aarch64')).not.toContain('cp311-cp311-manylinux_2_12_aarch64');
  });
});

describe('wheelRank', () => {
  it('prefers the exact ABI, then the stable one, then pure Python', () => {
    const exact = rank('a-1-cp311-cp311-manylinux_2_17_x86_64.whl');
    const stable = rank('a-1-cp38-abi3-manylinux_2_17_x86_64.whl');
    const pure = rank('a-1-py3-none-any.whl');
    expect([exact, stable, pure].every((value) => value !== null)).toBe(true);
    expect(exact).toBeLessThan(stable ?? 0);
    expect(stable).toBeLessThan(pure ?? 0);
  });

  it.each([
    ['a-1-cp311-cp311-manylinux_2_28_x86_64.whl', true],
    ['a-1-cp311-cp311-manylinux_2_34_x86_64.whl', false],
    ['a-1-cp312-cp312-manylinux_2_17_x86_64.whl', false],
    ['a-1-cp312-abi3-manylinux_2_17_x86_64.whl', false],
    ['a-1-cp311-cp311-musllinux_1_2_x86_64.whl', false],
    ['a-1-cp311-cp311-win_amd64.whl', false],
    ['a-1-cp311-cp311-linux_x86_64.whl', true],
    ['a-1-cp311-cp311-manylinux_2_17_aarch64.manylinux_2_17_x86_64.whl', true],
    ['a-1-cp311-cp311-manylinux_2_17_x86_64-x86_64_v3.whl', true],
    ['a-1-py2.py3-none-any.whl', true],
    ['a-1-py2-none-any.whl', false],
  ])('%s on linux_x86_64: %s', (filename, isInstallable) => {
    expect(rank(filename) !== null).toBe(isInstallable);
  });

  it('keeps free-threaded builds and the others apart', () => {
    expect(rank('a-1-cp313-cp313t-manylinux_2_17_x86_64.whl', 'linux_x86_64', '3.13t')).not.toBeNull();
    expect(rank('a-1-cp313-cp313t-manylinux_2_17_x86_64.whl', 'linux_x86_64', '3.13')).toBeNull();
    expect(rank('a-1-cp38-abi3-manylinux_2_17_x86_64.whl', 'linux_x86_64', '3.13t')).toBeNull();
    expect(rank('a-1-cp313-abi3t-manylinux_2_17_x86_64.whl', 'linux_x86_64', '3.13t')).not.toBeNull();
  });

  it('knows musl and macOS', () => {
    expect(rank('a-1-cp311-cp311-musllinux_1_1_x86_64.whl', 'musllinux_1_2_x86_64')).not.toBeNull();
    expect(rank('a-1-cp311-cp311-musllinux_1_3_x86_64.whl', 'musllinux_1_2_x86_64')).toBeNull();
    expect(rank('a-1-cp311-cp311-macosx_11_0_arm64.whl', 'macosx_14_0_arm64')).not.toBeNull();
    expect(rank('a-1-cp311-cp311-macosx_10_9_universal2.whl', 'macosx_14_0_arm64')).not.toBeNull();
    expect(rank('a-1-cp311-cp311-macosx_10_9_x86_64.whl', 'macosx_14_0_arm64')).toBeNull();
  });
});
