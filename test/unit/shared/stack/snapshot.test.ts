import { describe, expect, it } from 'vitest';
import {
  formatReleaseLine,
  formatSnapshotHeader,
  parseReleaseLine,
  parseSnapshotHeader,
} from '../../../../shared/stack/snapshot.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const header =
  '{"format":"troop-knowledge","version":1,"created":"2026-01-31T12:00:00Z","indexes":[{"name":"pip","url":"file:///wheels"}]}';
const line = JSON.stringify({
  index: 'pip',
  name: 'numpy',
  version: '1.26.4',
  requires_python: '>=3.9',
  requires_dist: ['a>=1; extra == "x"'],
  provides_extra: ['x'],
  yanked: false,
  files: [
    {
      filename: 'numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl',
      url: 'file:///wheels/numpy.whl',
      sha256: 'a'.repeat(64),
      size: 18_000_000,
      upload_time: '2024-02-05T23:51:50.123456Z',
      requires_python: null,
      yanked: false,
    },
  ],
});

describe('the header', () => {
  it('is the same line when it is read and written again', () => {
    expect(formatSnapshotHeader(parseSnapshotHeader(header))).toBe(header);
    expect(formatSnapshotHeader(parseSnapshotHeader(header), { urls: false })).not.toContain('file://');
  });

  it.each([
    ['', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{}', '"format"'],
    [header.replace('troop-knowledge', 'other'), '"format"'],
    [header.replace('"version":1', '"version":2'), '"version"'],
    [header.replace('2026-01-31T12:00:00Z', 'yesterday'), '"created"'],
    [header.replace('"name":"pip"', '"name":7'), '"indexes[0].name"'],
    [header.replace(']}', ',{"name":"pip"}]}'), 'one name'],
  ])('refuses %j and names the field', (text, reason) => {
    const error = troopErrorOf(() => parseSnapshotHeader(text));
    expect(error.code).toBe('TROOP-1813');
    expect(error.facts['reason']).toContain(reason);
  });
});

describe('the line of a release', () => {
  it('is the same line when it is read and written again', () => {
    expect(formatReleaseLine(parseReleaseLine(line, 2))).toBe(line);
    expect(formatReleaseLine(parseReleaseLine(line, 2), { urls: false })).not.toContain('file://');
  });

  it('normalises the name, and knows what absent fields mean', () => {
    const release = parseReleaseLine(
      '{"index":"pip","name":"Foo.Bar","version":"1.0","files":[{"filename":"a.whl"}],"later":1}',
      2,
    );
    expect(release).toEqual({
      index: 'pip',
      name: 'foo-bar',
      version: '1.0',
      requires_python: null,
      requires_dist: null,
      provides_extra: [],
      yanked: false,
      files: [{ filename: 'a.whl' }],
    });
  });

  it('takes an empty object for an empty list of requirements, and no other object', () => {
    const written = (value: string): string =>
      line.replace(/"requires_dist":\[[^\]]*\]/, `"requires_dist":${value}`);
    expect(parseReleaseLine(written('{}'), 2).requires_dist).toEqual([]);
    expect(troopErrorOf(() => parseReleaseLine(written('{"a":1}'), 2)).facts['reason']).toContain(
      '"requires_dist"',
    );
  });

  it.each([
    ['not json', 'not JSON'],
    [line.replace('"numpy"', '"-"'), 'project name'],
    [line.replace('"1.26.4"', '"one"'), 'not a version'],
    [line.replace('"index":"pip"', '"index":null'), '"index"'],
    [line.replace('"yanked":false,"files"', '"yanked":"no","files"'), '"yanked"'],
    [line.replace('["x"]', '[1]'), '"provides_extra"'],
    [line.replace('a'.repeat(64), 'abc'), '"sha256"'],
    [line.replace('18000000', '-1'), '"files[0].size"'],
    [line.replace('2024-02-05T', '2024-02-05 '), '"files[0].upload_time"'],
    [line.replace('numpy-1.26.4-cp311', '../numpy-1.26.4-cp311'), 'path'],
    [line.replace(/"files":.*/, '"files":{}}'), '"files"'],
    [line.replace(/"files":.*/, '"files":[null]}'), '"files[0]"'],
  ])('refuses %j with its number and the field', (text, reason) => {
    const error = troopErrorOf(() => parseReleaseLine(text, 17));
    expect(error.code).toBe('TROOP-1814');
    expect(error.facts['line']).toBe(17);
    expect(error.facts['reason']).toContain(reason);
  });
});
