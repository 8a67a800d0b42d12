import { describe, expect, it } from 'vitest';
import { parseJsonPage } from '../../../../../coordinator/knowledge/index/json-page.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const url = 'https://index.example/simple/app/';
const sha256 = 'ab'.repeat(32);

function pageOf(...files: unknown[]): ReturnType<typeof parseJsonPage> {
  return parseJsonPage(JSON.stringify({ meta: { 'api-version': '1.4' }, name: 'app', files }), url);
}

describe('a JSON page', () => {
  it('gives a file with all that it says, its time in UTC', () => {
    const page = pageOf({
      filename: 'app-1.0-py3-none-any.whl',
      url: '/files/app-1.0-py3-none-any.whl',
      hashes: { sha256: sha256.toUpperCase(), md5: '0' },
      size: 12,
      'upload-time': '2026-01-01T01:00:00.5+01:00',
      'requires-python': '>=3.8',
      yanked: 'broken',
      'core-metadata': { sha256 },
    });
    expect(page.files).toEqual([
      {
        filename: 'app-1.0-py3-none-any.whl',
        url: 'https://index.example/files/app-1.0-py3-none-any.whl',
        sha256,
        size: 12,
        uploadTime: '2026-01-01T00:00:00.500Z',
        requiresPython: '>=3.8',
        yanked: true,
        metadata: { sha256 },
      },
    ]);
  });

  it.each([
    [{ 'core-metadata': true }, { sha256: null }],
    [{ 'dist-info-metadata': { sha256 } }, { sha256 }],
    [{ 'core-metadata': false, 'dist-info-metadata': { sha256 } }, null],
    [{ 'core-metadata': { md5: '0' } }, { sha256: null }],
    [{}, null],
  ])('reads %j as metadata %j', (keys, expected) => {
    expect(pageOf({ filename: 'a.whl', url: 'a.whl', ...keys }).files[0]?.metadata).toEqual(expected);
  });

  it('treats fields of the wrong kind as absent', () => {
    const odd = {
      filename: 'a.whl',
      url: 'a.whl',
      hashes: [],
      size: -1,
      'upload-time': 'soon',
      'requires-python': 3,
      yanked: false,
    };
    expect(pageOf(odd).files).toMatchObject([
      { sha256: null, size: null, uploadTime: null, requiresPython: null, yanked: false },
    ]);
    expect(pageOf({ filename: 'a.whl', url: 'a.whl', yanked: '' }).files[0]?.yanked).toBe(true);
  });

  it('counts entries that are no files', () => {
    const bad = [
      null,
      'x',
      [],
      { filename: 'a.whl' },
      { url: 'a.whl' },
      { filename: '../a.whl', url: 'a' },
      { filename: 'a', url: 'http://[' },
    ];
    expect(pageOf(...bad)).toEqual({ files: [], unreadable: bad.length });
  });

  it.each(['', '[]', '{"files":{}}', '{"meta":{"api-version":"2.0"},"files":[]}', '<html>'])(
    'refuses %j',
    (text) => {
      expect(troopErrorOf(() => parseJsonPage(text, url))).toMatchObject({
        code: 'TROOP-1112',
        facts: { url },
      });
    },
  );
});
