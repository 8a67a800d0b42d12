// What lint cannot see of pure rooms: that they are synchronous, never read the time without an argument, and reach
// nothing but each other, however long the way.
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOnly, importsOf, PURE_ROOMS, sourceFiles, type SourceFile } from '../../support/source-files.ts';

/** Modules outside of the pure rooms that are as pure as they are. */
const AS_PURE = ['shared/runtime/random.ts'];
const PURE_PACKAGES = ['node:crypto', 'typebox', 'typebox/compile', 'smol-toml'];

let files: readonly SourceFile[];
beforeAll(async () => {
  files = await sourceFiles(PURE_ROOMS);
});

const matching = (pattern: RegExp): readonly string[] =>
  files.filter(({ text }) => pattern.test(codeOnly(text))).map(({ path }) => path);

describe('pure rooms', () => {
  it('exist', () => {
    for (const room of PURE_ROOMS) expect(files.some(({ path }) => path.startsWith(`${room}/`))).toBe(true);
  });

  it.each([
    ['wait for nothing', /\b(?:async|await)\b|\bnew Promise\b|\bPromise\./],
    ['import nothing at run time', /\bimport\s*\(|\brequire\s*\(/],
    ['read no clock', /\bnew Date\(\s*\)|\bDate\.now\b|\bDate\(\)/],
    ['reach for no global by another name', /\bglobalThis\b|\bglobal\./],
  ])('%s', (_promise, pattern) => {
    expect(matching(pattern)).toEqual([]);
  });

  it('import pure rooms alone', () => {
    const isPure = (path: string): boolean =>
      AS_PURE.includes(path) || PURE_ROOMS.some((room) => path.startsWith(`${room}/`));
    const impure = files.flatMap(({ path, text }) =>
      importsOf(text).flatMap((module) => {
        const target = module.startsWith('.') ? join(dirname(path), module) : module;
        const isAllowed = module.startsWith('.') ? isPure(target) : PURE_PACKAGES.includes(module);
        return isAllowed ? [] : [`${path} → ${target}`];
      }),
    );
    expect(impure).toEqual([]);
  });
});
