import { describe, expect, it } from 'vitest';
import { formatRequirement, parseRequirement } from '../../../../shared/stack/requirement.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

describe('parseRequirement', () => {
  it('reads name, extras, specifier and marker, and normalises the names', () => {
    const requirement = parseRequirement(
      'Dask[Array, data_frame] >= 2024.1, <2025 ; python_version < "3.12" and extra == "X_y"',
    );
    expect(requirement.name).toBe('dask');
    expect(requirement.extras).toEqual(['array', 'data-frame']);
    expect(formatRequirement(requirement)).toBe(
      'dask[array,data-frame]>=2024.1,<2025; python_version < "3.12" and extra == "X_y"',
    );
  });

  it('reads the parentheses of old metadata', () => {
    expect(formatRequirement(parseRequirement('pycares (>=1.0.0)'))).toBe('pycares>=1.0.0');
  });

  it('reads a URL, which ends at white space', () => {
    const requirement = parseRequirement('pip @ https://example.org/pip.zip;x ; os_name == "posix"');
    expect(requirement.url).toBe('https://example.org/pip.zip;x');
    expect(formatRequirement(requirement)).toBe('pip @ https://example.org/pip.zip;x ; os_name == "posix"');
  });

  it.each([
    ['', 1, 'project name'],
    ['.x', 1, 'begins and ends'],
    ['numpy >', 7, 'a version is missing after >'],
    ['numpy 1.0', 7, 'version specifier'],
    ['numpy[a', 8, '","'],
    ['numpy (>=1', 7, 'no end'],
    ['numpy>=1,,<2', 6, 'between the commas'],
    ['numpy @', 8, 'URL'],
    ['numpy; python_version', 22, 'expected one of'],
    ['numpy; python_version < "3', 25, 'no end'],
    ['numpy; (python_version < "3"', 29, '")"'],
    ['numpy; "a" == "b"', 18, 'field'],
  ])('names the character where %j goes wrong', (text, position, reason) => {
    const error = troopErrorOf(() => parseRequirement(text));
    expect(error.code).toBe('TROOP-1804');
    expect(error.facts['position']).toBe(position);
    expect(error.facts['reason']).toContain(reason);
  });

  it.each([
    ['git+https://example.org/x.git', 'a URL'],
    ['git+ssh://git@example.org/x', 'a URL'],
    ['https://example.org/x.whl', 'a URL'],
    ['-e .', 'an option'],
    ['-r more.txt', 'an option'],
    ['.', 'a path'],
    ['./x', 'a path'],
    ['../x[extra]', 'a path'],
    ['/x/x.whl', 'a path'],
    ['C:\\x', 'a path'],
  ])('refuses %j by its name: it is %s', (text, form) => {
    const error = troopErrorOf(() => parseRequirement(text));
    expect(error.code).toBe('TROOP-1822');
    expect(error.facts).toEqual({ text, form });
  });

  it('refuses a field that PEP 508 does not know, by name', () => {
    const error = troopErrorOf(() => parseRequirement('numpy; gpu_count > "1"'));
    expect(error.code).toBe('TROOP-1806');
    expect(error.facts['field']).toBe('gpu_count');
  });
});
