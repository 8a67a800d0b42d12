import { describe, expect, it } from 'vitest';
import { parsePins } from '../../../../../shared/stack/formats/read-pins.ts';
import { parsePipfileLock } from '../../../../../shared/stack/formats/read-pipfile-lock.ts';
import { parsePylock } from '../../../../../shared/stack/formats/read-pylock.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const a = 'a'.repeat(64);
const head = 'lock-version = "1.0"\ncreated-by = "other"\n';

describe('parsePylock', () => {
  it('takes the lock of another tool, which names neither index nor platform', () => {
    const text = `${head}requires-python = "==3.11.*"
[[packages]]
name = "NumPy"
version = "1.26.4"
marker = "sys_platform == 'linux'"
[[packages.wheels]]
name = "numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl"
url = "https://host.example/numpy.whl"
hashes = {sha256 = "${a}"}
[[packages]]
name = "six"
version = "1.16.0"
sdist = {name = "six-1.16.0.tar.gz", path = "six-1.16.0.tar.gz", hashes = {sha256 = "${a.toUpperCase()}", md5 = "0"}}
`;
    const { pins, environment } = parsePylock(text);
    expect(environment).toMatchObject({ python: '3.11', platform: undefined });
    expect(pins).toMatchObject([
      {
        name: 'numpy',
        version: '1.26.4',
        index: null,
        extras: [],
        sha256: [a],
        marker: { kind: 'comparison' },
      },
      { name: 'six', sha256: [a], marker: null },
    ]);
  });

  it.each(['vcs', 'directory', 'archive'])('refuses a package from a %s by name and line', (kind) => {
    const text = `${head}[[packages]]\nname = "mine"\n${kind} = {path = "."}\n`;
    expect(troopErrorOf(() => parsePylock(text, 'sub/pylock.toml'))).toMatchObject({
      code: 'TROOP-2002',
      message: `sub/pylock.toml asks for mine from a ${kind} (line 4, packages[0]), which Troop does not take`,
    });
  });

  it.each([
    ['', '', null],
    ['-x86_64_v3', '-x86_64_v3', 'x86_64_v3'],
  ])(
    'tells by the wheels, named or by address, which variant is pinned: %j and %j',
    (one, other, variant) => {
      const text = `${head}[[packages]]
name = "numpy"
version = "2.0"
wheels = [{name = "numpy-2.0-cp311-cp311-linux_x86_64${one}.whl", url = "https://host.example/x"},
  {url = "https://host.example/numpy-2.0-cp311-cp311-linux_aarch64${other}.whl#sha256=a"}]
`;
      expect(parsePylock(text).pins).toMatchObject([{ name: 'numpy', variant }]);
    },
  );

  it.each([
    ['-x86_64_v3', '-x86_64_v4', '(variant x86_64_v3, variant x86_64_v4), which is no one stack'],
    ['', '-cu128', '(plain, variant cu128), which is no one stack'],
  ])('refuses wheels of several variants: %j and %j', (one, other, reason) => {
    const wheel = (label: string): string => `{path = "numpy-2.0-py3-none-any${label}.whl"}`;
    const text = `${head}[[packages]]\nname = "numpy"\nversion = "2.0"\nwheels = [${wheel(one)}, ${wheel(other)}]\n`;
    expect(troopErrorOf(() => parsePylock(text, 'pylock.toml'))).toMatchObject({
      code: 'TROOP-2001',
      message: `pylock.toml cannot be read: packages[0]: its wheels are of several variants ${reason}`,
    });
  });

  it('refuses a note of a variant that the wheels are not', () => {
    const text = `${head}[[packages]]\nname = "a"\nversion = "2.0"\nwheels = [{path = "a-2.0-py3-none-any.whl"}]
tool = {troop = {variant = "v3"}}\n`;
    expect(troopErrorOf(() => parsePylock(text)).facts['reason']).toContain('its wheels are of another');
  });

  it.each([
    ['lock-version = "2.0"\npackages = []', '"lock-version" is 2.0, and 1.x is understood'],
    ['packages = []', '"lock-version" is not a text'],
    [head, '"packages" is not a list'],
    [`${head}[[packages]]\nname = "a"`, '"packages[0].version" is not a text'],
    [`${head}[[packages]]\nname = "a/b"\nversion = "1"`, '"a/b" is not a project name'],
    [`${head}[[packages]]\nname = "a"\nversion = "1"\nmarker = "gpu == '1'"`, 'gpu'],
    [`${head}[[packages]`, ''],
    ['a = '.concat('['.repeat(10_000)), ''],
  ])('says what is wrong with %j', (text, reason) => {
    const error = troopErrorOf(() => parsePylock(text));
    expect(error.code).toBe('TROOP-2001');
    expect(error.facts['reason']).toContain(reason);
  });
});

describe('parsePipfileLock', () => {
  const lockOf = (entries: object): string =>
    JSON.stringify({
      _meta: {
        sources: [{ name: 'pypi', url: 'https://host.example/simple' }],
        requires: { python_version: '3.8' },
      },
      default: entries,
      develop: { pytest: { version: '==8.0' } },
    });

  it('takes the section default; a pin without an index is of the first source', () => {
    const { pins, environment } = parsePipfileLock(
      lockOf({
        Six: { version: '==1.16.0', hashes: [`sha256:${a}`, 'md5:1'], markers: "python_version >= '3'" },
        dask: { version: '==2.0', index: 'other', extras: ['array'] },
      }),
    );
    expect(environment).toEqual({ python: '3.8' });
    expect(pins).toMatchObject([
      { name: 'six', version: '1.16.0', index: 'pypi', sha256: [a] },
      { name: 'dask', index: 'other', extras: ['array'], sha256: [] },
    ]);
  });

  it('refuses what comes from no index', () => {
    const error = troopErrorOf(() =>
      parsePipfileLock(lockOf({ mine: { git: 'https://host.example/x', ref: 'a' } })),
    );
    expect(error).toMatchObject({
      code: 'TROOP-2002',
      facts: { what: 'mine with "git"', place: 'line 1, default.mine' },
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{}', 'it has no "_meta" or no "default"'],
    [lockOf({ six: '==1.0' }), '"six" is not an object'],
    [lockOf({ six: {} }), '"six.version" is not a text'],
    [lockOf({ six: { version: '>=1' } }), '"version" is not ==X'],
  ])('says what is wrong with %j', (text, reason) => {
    expect(troopErrorOf(() => parsePipfileLock(text))).toMatchObject({
      code: 'TROOP-2001',
      facts: { reason },
    });
  });
});

describe('parsePins', () => {
  it.each([
    ['six', 'line 1 does not pin six with =='],
    ['six==1.*', 'line 1 does not pin six with =='],
    ['six==1.0,!=2', 'line 1 does not pin six with =='],
    ['\n-r other.txt', 'line 2 includes another file'],
  ])('refuses %j', (text, reason) => {
    expect(troopErrorOf(() => parsePins(text))).toMatchObject({ code: 'TROOP-2006', facts: { reason } });
  });
});
