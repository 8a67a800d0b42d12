import { describe, expect, it } from 'vitest';
import { canonicalEnvironment, markerEnvironment } from '../../../../shared/stack/environment.ts';
import {
  evaluateMarker,
  formatMarker,
  markerHolds,
  mentionsExtra,
  parseMarker,
} from '../../../../shared/stack/marker.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const linux = markerEnvironment(canonicalEnvironment({ python: '3.11' }));
const holds = (text: string, extra = ''): boolean => evaluateMarker(parseMarker(text), { ...linux, extra });

describe('evaluateMarker', () => {
  it.each([
    ['python_version < "3.12"', true],
    ['python_version < "3.9"', false],
    ['"3.9" <= python_version', true],
    ['python_version == "3.1*"', false],
    ['python_version == "3.*"', true],
    ['python_version in "3.10 3.11"', true],
    ['python_version not in "3.10 3.11"', false],
    ['python_full_version >= "3.11.4"', true],
    ['python_full_version < "3.11.3"', false],
    ['sys_platform == "linux" and platform_machine == "x86_64"', true],
    ['sys_platform == "win32" or os_name == "posix"', true],
    ['(sys_platform == "win32" or os_name == "posix") and os_name == "nt"', false],
    ['sys_platform == "win32" or os_name == "posix" and os_name == "nt"', false],
    ['platform_python_implementation == "CPython"', true],
    ["os.name == 'posix' and python_implementation == 'CPython'", true],
    ['platform_release >= "4.0"', false],
    ['platform_release == ""', true],
    ['"lin" in sys_platform', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('knows no order of texts: < and > never hold, <= and >= for equal ones', () => {
    expect(holds('sys_platform < "zzz"')).toBe(false);
    expect(holds('sys_platform > "aaa"')).toBe(false);
    expect(holds('sys_platform >= "linux"')).toBe(true);
    expect(holds('sys_platform ~= "linux"')).toBe(true);
    expect(holds('sys_platform >= "aaa"')).toBe(false);
  });

  it('compares extras by their normalised names', () => {
    expect(holds('extra == "Dev_Tools"', 'dev-tools')).toBe(true);
    expect(holds('"dev.tools" == extra', 'dev-tools')).toBe(true);
    expect(holds('extra == "test"')).toBe(false);
    expect(holds('extra != "test"')).toBe(true);
  });

  it('refuses a field without a value, wherever it stands', () => {
    const error = troopErrorOf(() => holds('os_name == "posix" or "x" in extras'));
    expect(error.code).toBe('TROOP-1806');
    expect(error.facts['field']).toBe('extras');
  });
});

describe('markerHolds', () => {
  it('holds with no extra or with any one that is asked for', () => {
    const marker = parseMarker('extra == "a" and python_version >= "3"');
    expect(mentionsExtra(marker)).toBe(true);
    expect(markerHolds(marker, linux)).toBe(false);
    expect(markerHolds(marker, linux, ['b', 'a'])).toBe(true);
    expect(markerHolds(parseMarker('extra != "a"'), linux, ['a'])).toBe(true);
    expect(markerHolds(null, linux)).toBe(true);
  });
});

describe('parseMarker', () => {
  it('writes one spelling, with parentheses only where they are needed', () => {
    const text = `((os_name=='posix')and(python_version<"3" or ( extra == 'a"b' )))`;
    expect(formatMarker(parseMarker(text))).toBe(
      `os_name == "posix" and (python_version < "3" or extra == 'a"b')`,
    );
  });

  it.each([
    '',
    'os_name',
    'os_name ==',
    'os_name == posix',
    'os_name = "a"',
    '(os_name == "a"',
    'os_name == "a" and',
    'os_name notin "a"',
    'os_name == "a" x',
  ])('refuses %j', (text) => {
    expect(['TROOP-1805', 'TROOP-1806']).toContain(troopErrorOf(() => parseMarker(text)).code);
  });

  it('refuses parentheses without end, and reads a long chain in one pass', () => {
    expect(troopErrorOf(() => parseMarker('('.repeat(10_000))).facts['reason']).toContain('nested');
    const chain = Array.from({ length: 2000 }, () => 'os_name == "nt"').join(' or ');
    expect(holds(`${chain} or os_name == "posix"`)).toBe(true);
  });
});
