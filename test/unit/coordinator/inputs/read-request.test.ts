import { describe, expect, it } from 'vitest';
import { kindOf, readConstraintsFile, readRequestFile } from '../../../../coordinator/inputs/read-request.ts';
import type { RequestOptions, RequestText } from '../../../../coordinator/inputs/request-text.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

/** Reads the first of some files; the others can be included. */
async function read(files: Readonly<Record<string, string>>, options?: RequestOptions): Promise<RequestText> {
  const [first = ''] = Object.keys(files);
  return await readRequestFile(first, readerOf(files), options);
}

const readerOf = (files: Readonly<Record<string, string>>) => (path: string) => {
  const text = files[path];
  if (text === undefined) throw new TroopError('TROOP-1008', { path, reason: 'there is none' });
  return Promise.resolve(text);
};

async function errorOf(
  files: Readonly<Record<string, string>>,
  options?: RequestOptions,
): Promise<TroopError> {
  const error: unknown = await read(files, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TroopError) return error;
  throw new Error(`it did not end with a catalogue error: ${String(error)}`);
}

describe('a requirements file', () => {
  it('is read with all that it includes, relative to the file that names it', async () => {
    const request = await read({
      'app/requirements.txt': [
        '-r more/base.txt',
        '-c bounds.txt',
        '--pre',
        '--index-url https://user:secret@host.example/simple',
        'numpy>=1.24; python_version >= "3.9"',
        '--prefer-binary',
      ].join('\n'),
      'app/more/base.txt': `scipy==1.12.0 --hash=sha256:${a} \\\n  --hash=sha256:${b}\n-c ../bounds.txt\n`,
      'app/bounds.txt': 'urllib3<2\n-r again.txt',
      'app/again.txt': 'six',
    });
    expect(request).toEqual({
      requirements: ['scipy==1.12.0', 'six', 'numpy>=1.24; python_version >= "3.9"'],
      constraints: ['urllib3<2'],
      hashes: { scipy: [a, b] },
      python: null,
      requiresPython: null,
      indexes: [{ name: 'host-example', url: 'https://host.example/simple' }],
      allowPrereleases: true,
      prereleasesOf: {},
      notes: ['line 6 of app/requirements.txt has --prefer-binary: it has no effect'],
    });
  });

  it('refuses a file that comes to include itself, and names the way', async () => {
    const error = await errorOf({ 'a.txt': '-r b.txt', 'b.txt': 'six\n-r ./a.txt' });
    expect(error).toMatchObject({
      code: 'TROOP-2003',
      facts: { file: 'a.txt', by: 'line 2 of b.txt', reason: 'it includes itself (a.txt > b.txt > a.txt)' },
    });
  });

  it('bounds depth and number of files', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `-r ${index + 1}.txt`]),
    );
    expect(await errorOf(chain)).toMatchObject({
      code: 'TROOP-2003',
      facts: { reason: 'it is more than 20 files deep' },
    });
    const many = Array.from({ length: 300 }, (_, index) => `-r part-${index}.txt`);
    const wide = Object.fromEntries(many.map((line) => [line.slice(3), '']));
    expect(await errorOf({ 'all.txt': many.join('\n'), ...wide })).toMatchObject({
      facts: { reason: 'more than 200 files are included' },
    });
  });

  it('names file and line of what it refuses', async () => {
    const error = await errorOf({
      'a.txt': '\n-r sub/b.txt',
      'sub/b.txt': 'six\n-e git+https://host.example/x.git',
    });
    expect(error.message).toBe('line 2 of sub/b.txt has -e, which Troop does not take');
  });

  it('serves as constraints, all of it', async () => {
    const files = { 'c.txt': 'six<2\n-r d.txt', 'd.txt': 'numpy<2' };
    expect(await readConstraintsFile('c.txt', readerOf(files))).toMatchObject({
      requirements: ['numpy<2'],
      constraints: ['six<2'],
    });
  });

  it('has no groups', async () => {
    expect(await errorOf({ 'a.txt': 'six' }, { groups: ['dev'] })).toMatchObject({ code: 'TROOP-2005' });
  });
});

const PIPFILE = `
[[source]]
name = "pypi"
url = "https://user:secret@host.example/simple"
verify_ssl = true

[packages]
numpy = "*"
Scikit_Learn = ">=1.2,<2"
dask = {extras = ["array"], version = "~=2024.1", markers = "python_version >= '3.9'"}
pywin32 = {version = "*", sys_platform = "== 'win32'", index = "other"}

[dev-packages]
pytest = "==8.*"

[docs]
sphinx = "*"

[requires]
python_version = "3.11"

[pipenv]
allow_prereleases = true

[thoth]
disable_index_adjustment = true

[thoth.allow_prereleases]
Scikit_Learn = true
numpy = false
`;

describe('a Pipfile', () => {
  it('is read with sources, Python and the policy of pre-releases', async () => {
    expect(await read({ Pipfile: PIPFILE })).toEqual({
      requirements: [
        'numpy',
        'Scikit_Learn>=1.2,<2',
        `dask[array]~=2024.1; python_version >= '3.9'`,
        `pywin32; sys_platform == 'win32'`,
      ],
      constraints: [],
      hashes: {},
      python: '3.11',
      requiresPython: null,
      indexes: [{ name: 'pypi', url: 'https://host.example/simple' }],
      allowPrereleases: true,
      prereleasesOf: { 'scikit-learn': 'allow', numpy: 'disallow' },
      notes: [
        "Pipfile: pywin32 is to come from the index other; this has no effect, --index-policy 'pywin32=INDEX' asks for it (in a campaign, indexPolicy)",
        'Pipfile: disable_index_adjustment of the section [thoth] has no effect',
      ],
    });
  });

  it('gives its other packages on request', async () => {
    const { requirements } = await read({ Pipfile: PIPFILE }, { groups: ['dev', 'docs'] });
    expect(requirements.slice(-2)).toEqual(['pytest==8.*', 'sphinx']);
    expect(await errorOf({ Pipfile: PIPFILE }, { groups: ['scripts'] })).toMatchObject({
      code: 'TROOP-2005',
      facts: { known: 'dev, docs' },
    });
  });

  it('is read as JSON too', async () => {
    const text = JSON.stringify({
      packages: { tensorflow: '==2.1.0' },
      'dev-packages': {},
      requires: { python_version: '3.8' },
      source: [{ name: 'pypi', url: 'https://host.example/simple', verify_ssl: true }],
    });
    expect(await read({ 'request.json': text })).toMatchObject({
      requirements: ['tensorflow==2.1.0'],
      python: '3.8',
    });
  });

  it.each([
    ['a = {git = "https://host.example/a.git"}', 'a with "git"'],
    ['a = {path = ".", editable = true}', 'a with "path"'],
    ['a = {file = "https://host.example/a.zip"}', 'a with "file"'],
  ])('refuses %s by name and line', async (line, what) => {
    expect(await errorOf({ Pipfile: `[packages]\nsix = "*"\n${line}` })).toMatchObject({
      code: 'TROOP-2002',
      facts: { file: 'Pipfile', place: 'line 3, packages.a', what },
    });
  });

  it.each([
    ['a = "1.0"', 'line 2, packages.a'],
    ['a = "; python_version > \'3\'"', 'line 2, packages.a'],
    ['a = 1', 'a field'],
    ['a = "==1', 'line 2'],
  ])('names the place of %s', async (line, place) => {
    expect(await errorOf({ Pipfile: `[packages]\n${line}` })).toMatchObject({
      code: 'TROOP-2001',
      facts: { place },
    });
  });
});

const PYPROJECT = `
[project]
name = "My.App"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["numpy>=1.24", "dask[array]; python_version < '3.13'"]

[project.optional-dependencies]
plot = ["matplotlib"]
all = ["my-app[plot,all]", "seaborn"]

[dependency-groups]
Test = ["pytest>=8", {include-group = "lint.tools"}]
lint_tools = ["ruff"]
loop = [{include-group = "loop"}]

[[tool.uv.index]]
name = "internal"
url = "https://host.example/simple"
`;

describe('a pyproject.toml', () => {
  it('is read with the Python that it requires and the indexes of uv', async () => {
    expect(await read({ 'pyproject.toml': PYPROJECT })).toMatchObject({
      requirements: ['numpy>=1.24', `dask[array]; python_version < '3.13'`],
      requiresPython: '>=3.9',
      python: null,
      indexes: [{ name: 'internal', url: 'https://host.example/simple' }],
    });
  });

  it('gives extras, its own among them, and groups with those that they include', async () => {
    const options = { extras: ['ALL'], groups: ['test'] };
    const { requirements } = await read({ 'pyproject.toml': PYPROJECT }, options);
    expect(requirements.slice(2)).toEqual(['seaborn', 'matplotlib', 'pytest>=8', 'ruff']);
  });

  it('refuses what it cannot know', async () => {
    const file = 'pyproject.toml';
    const ask = (options: RequestOptions): Promise<TroopError> => errorOf({ [file]: PYPROJECT }, options);
    expect(await ask({ groups: ['loop'] })).toMatchObject({
      code: 'TROOP-2001',
      facts: { reason: 'it includes itself (loop > loop)' },
    });
    expect(await ask({ groups: ['none'] })).toMatchObject({ code: 'TROOP-2005' });
    expect(await ask({ extras: ['none'] })).toMatchObject({ facts: { known: 'plot, all' } });
    expect(await errorOf({ [file]: '[project]\nname = "a"\ndynamic = ["dependencies"]' })).toMatchObject({
      code: 'TROOP-2004',
    });
    expect(await errorOf({ [file]: '[tool.poetry.dependencies]\nnumpy = "^1"' })).toMatchObject({
      facts: { reason: 'its dependencies are those of Poetry, not of PEP 621' },
    });
    const direct = '[project]\nname = "a"\ndependencies = [\n"b @ git+https://host.example/b.git"]';
    expect(await errorOf({ [file]: direct })).toMatchObject({
      code: 'TROOP-2002',
      facts: { what: 'b from a URL', place: 'line 4, "b @ git+https://host.example/b.git"' },
    });
    const source = '[project]\nname = "a"\ndependencies = ["b"]\n[tool.uv.sources]\nb = { path = "../b" }';
    expect(await errorOf({ [file]: source })).toMatchObject({
      code: 'TROOP-2002',
      facts: { what: 'b with "path"' },
    });
  });
});

describe('the kind of a file', () => {
  it.each([
    ['requirements.in', 'numpy', 'requirements'],
    ['anything', '# nothing', 'requirements'],
    ['PIPFILE', '', 'pipfile'],
    ['a.toml', '[packages]', 'pipfile'],
    ['b.toml', '[project]', 'pyproject'],
    ['pylock.dev.toml', '', 'lock'],
    ['c.toml', 'lock-version = "1.0"', 'lock'],
    ['poetry.lock', '', 'lock'],
    ['a.json', '{"packages": {}}', 'pipfile'],
    ['a.json', '{"_meta": {}}', 'lock'],
    ['setup.py', '', 'unknown'],
    ['environment.yml', '', 'unknown'],
  ])('of %s that holds %j is %s', (path, text, kind) => {
    expect(kindOf(path, text)).toBe(kind);
  });

  it('decides what is refused', async () => {
    expect(await errorOf({ 'setup.py': '' })).toMatchObject({ code: 'TROOP-2004' });
    expect(await errorOf({ 'Pipfile.lock': '{}' })).toMatchObject({ code: 'TROOP-2004' });
  });
});
