import { describe, expect, it } from 'vitest';
import { isStatic, parseMetadata } from '../../../../../coordinator/knowledge/metadata/metadata-text.ts';

const head = 'Metadata-Version: 2.2\nName: App\nVersion: 1.0\n';

describe('core metadata', () => {
  it('is the header fields, whatever their case and line ends, folded lines joined', () => {
    const text = `\uFEFF${head}requires-python: >=3.8\r\nRequires-Dist: lib\r\n   (>=1.0)\r\nREQUIRES-DIST: other; extra == "x"\nProvides-Extra: x\nnonsense\n\nRequires-Dist: description\n`;
    expect(parseMetadata(text)).toEqual({
      metadataVersion: [2, 2],
      name: 'App',
      version: '1.0',
      requiresPython: '>=3.8',
      requiresDist: ['lib (>=1.0)', 'other; extra == "x"'],
      providesExtra: ['x'],
      dynamic: [],
    });
  });

  it('ends at the first empty line, also without a body', () => {
    expect(parseMetadata(head)?.requiresDist).toEqual([]);
    expect(parseMetadata(`${head}\n${head}Requires-Dist: late`)?.requiresDist).toEqual([]);
  });

  it.each([
    '',
    '<html>',
    'Name: App\n',
    'Metadata-Version: 2.1\n',
    'Metadata-Version: two\nName: App\n',
    `\n${head}`,
  ])('is not %j', (text) => {
    expect(parseMetadata(text)).toBeNull();
  });
});

describe('PKG-INFO', () => {
  it.each([
    ['2.2', '', true],
    ['2.4', 'Dynamic: License', true],
    ['3.0', '', true],
    ['2.1', '', false],
    ['1.2', '', false],
    ['2.2', 'Dynamic: requires-dist', false],
    ['2.2', 'Dynamic: Provides-Extra', false],
    ['2.6', 'Dynamic: Requires-Python', false],
  ])('of version %s with "%s" is static: %s', (version, line, expected) => {
    const metadata = parseMetadata(`Metadata-Version: ${version}\nName: app\n${line}\n`);
    expect(metadata && isStatic(metadata)).toBe(expected);
  });
});
