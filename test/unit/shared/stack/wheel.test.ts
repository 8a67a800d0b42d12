import { describe, expect, it } from 'vitest';
import { compareBuilds, parseSdistFilename, parseWheelFilename } from '../../../../shared/stack/wheel.ts';

describe('parseWheelFilename', () => {
  it('reads compressed tag sets and a build number', () => {
    const wheel = parseWheelFilename(
      'Foo_Bar-1.0.post1-2abc-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    );
    expect(wheel).toMatchObject({
      name: 'foo-bar',
      build: { number: 2, suffix: 'abc' },
      pythonTags: ['cp311'],
      abiTags: ['cp311'],
      platformTags: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
      variant: null,
    });
    expect(wheel?.version.text).toBe('1.0.post1');
  });

  it('tells the label of a variant from a build number', () => {
    expect(parseWheelFilename('numpy-2.0-cp313-cp313-linux_x86_64-x86_64_v3.whl')).toMatchObject({
      build: null,
      variant: 'x86_64_v3',
    });
    expect(parseWheelFilename('numpy-2.0-1-cp313-cp313t-linux_x86_64-null.whl')).toMatchObject({
      build: { number: 1 },
      variant: 'null',
    });
  });

  it.each([
    'foo-1.0.whl',
    'foo-x-py3-none-any.whl',
    'foo__bar-1.0-py3-none-any.whl',
    'foo-1.0-py3-none-any.zip',
    'foo-1.0-1-py3-none-any-x-y.whl',
    `${'a'.repeat(600)}-1.0-py3-none-any.whl`,
  ])('%j is none', (filename) => {
    expect(parseWheelFilename(filename)).toBeNull();
  });
});

describe('the label of a variant', () => {
  it('has no upper case: a stack could not be told by it', () => {
    expect(parseWheelFilename('foo-1.0-py3-none-any-v4.whl')?.variant).toBe('v4');
    expect(parseWheelFilename('foo-1.0-py3-none-any-V4.whl')).toBeNull();
  });
});

describe('compareBuilds', () => {
  it('puts none lowest, then numbers by value, then suffixes', () => {
    const build = (number: number, suffix = ''): { number: number; suffix: string } => ({ number, suffix });
    expect(compareBuilds(null, null)).toBe(0);
    expect(compareBuilds(build(1), null)).toBeGreaterThan(0);
    expect(compareBuilds(build(9), build(10))).toBeLessThan(0);
    expect(compareBuilds(build(1, 'b'), build(1, 'a'))).toBeGreaterThan(0);
  });
});

describe('parseSdistFilename', () => {
  it('splits at the last dash', () => {
    expect(parseSdistFilename('foo-bar-1.0.tar.gz')).toMatchObject({
      name: 'foo-bar',
      version: { text: '1.0' },
    });
    expect(parseSdistFilename('foo-1.0.zip')?.name).toBe('foo');
  });

  it.each(['foo.tar.gz', 'foo-x.tar.gz', 'foo-1.0.tar.bz2', '-1.0.tar.gz'])('%j is none', (filename) => {
    expect(parseSdistFilename(filename)).toBeNull();
  });
});
