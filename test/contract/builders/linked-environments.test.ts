// Environments that are made by linking what earlier builds installed are, file by file, what the tool would have made.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Builder, BuiltEnvironment } from '../../../agent/build/builder.ts';
import { readTree } from '../../../agent/build/kept/read-tree.ts';
import {
  builderMakers,
  type Distribution,
  type DistributionSpec,
  makeDistribution,
  openWorkshop,
  pythonVersion,
  requestFor,
  type Workshop,
} from './support.ts';

const never = new AbortController().signal;
const root = await realpath(await mkdtemp('/var/tmp/troop-linked-'));
const folder = join(root, 'folder');
await mkdir(folder);
afterAll(() => rm(root, { recursive: true, force: true }));
const { makers } = await builderMakers();
const site = `lib/python${pythonVersion}/site-packages`;

const made = (spec: DistributionSpec): Distribution => makeDistribution(folder, spec);

/** A little of everything that wheels bring. */
const motley = made({
  name: 'motley',
  version: '1.0',
  files: {
    'motley/__init__.py': 'def main():\n    print("motley")\n',
    'motley/deep/er/__init__.py': 'value = 1\n',
    'motley/template.py': 'this is {{ no }} Python\n',
    'motley/tests/test_it.py': 'assert True\n',
    'motley/data, "quoted".txt': 'data\n',
    'shared_namespace/one/__init__.py': 'name = "one"\n',
    'motley.pth': 'import sys\n',
    'motley-1.0.data/scripts/motley-script': '#!python\nimport motley; motley.main()\n',
    'motley-1.0.data/data/share/motley/read.me': 'read\n',
    'motley-1.0.data/headers/motley.h': '#define MOTLEY 1\n',
    'motley-1.0.data/purelib/motley_pure.py': 'pure = True\n',
    'motley-1.0.dist-info/entry_points.txt': '[console_scripts]\nmotley = motley:main\n',
  },
});
const second = made({
  name: 'second',
  version: '2.0',
  files: { 'second.py': 'two = 2\n', 'shared_namespace/two/__init__.py': 'name = "two"\n' },
});
const third = made({ name: 'third', version: '3.0' });

/** By path: mode and content, with everything alike that differs between any two environments. */
async function contentsOf({ prefix, key }: BuiltEnvironment, at: string): Promise<Map<string, string>> {
  const tree = await readTree(prefix, { pause: () => undefined });
  const contents = new Map<string, string>();
  for (const path of tree.folders) contents.set(path, `folder ${lstatSync(join(prefix, path)).mode}`);
  for (const path of tree.links) contents.set(path, `link to ${readlinkSync(join(prefix, path))}`);
  for (const path of tree.files) {
    const text = readFileSync(join(prefix, path), 'latin1').replaceAll(key, 'KEY').replaceAll(at, 'ROOT');
    contents.set(path, `${lstatSync(join(prefix, path)).mode} ${alike(path, text)}`);
  }
  return contents;
}

function alike(path: string, text: string): string {
  // The moment at which its source was written.
  if (path.endsWith('.pyc')) return text.slice(16);
  // The moment at which the wheel was fetched.
  if (path.endsWith('/uv_cache.json')) return text.replaceAll(/\d+/g, 'N');
  // Hashes are checked apart. That moment has as many digits as it needs, so that its file differs in size as well.
  if (path.endsWith('/RECORD')) {
    return text.replaceAll(/,sha256=[^,]*,/g, ',H,').replaceAll(/(\/uv_cache\.json,H,)\d+/g, '$1N');
  }
  return text;
}

/** Every hash that a RECORD gives is that of the file. */
function expectTrueRecords(prefix: string, contents: ReadonlyMap<string, string>): void {
  const records = [...contents.keys()].filter((path) => path.endsWith('.dist-info/RECORD'));
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) {
    const lines = readFileSync(join(prefix, record), 'utf8').trimEnd().split('\n');
    for (const line of lines.filter((one) => one.includes(',sha256='))) {
      const [, path = '', digest] = /^"?(.*?)"?,sha256=([^,]*),\d+\r?$/.exec(line) ?? [];
      const file = join(prefix, site, path.replaceAll('""', '"'));
      expect([path, createHash('sha256').update(readFileSync(file)).digest('base64url')]).toEqual([
        path,
        digest,
      ]);
    }
  }
}

const inodeOf = ({ prefix }: BuiltEnvironment, path: string): number =>
  lstatSync(join(prefix, site, path)).ino;

describe.each(makers)('$name', ({ make }) => {
  let workshop: Workshop;
  let builder: Builder;
  let count = 0;
  beforeAll(async () => {
    workshop = await openWorkshop(await mkdtemp(join(root, 'workshop-')));
    builder = make(workshop.options);
  });

  /** Under a key that is new. */
  async function built(
    distributions: readonly Distribution[],
    by: Builder = builder,
    allowSdists = false,
  ): Promise<{ environment: BuiltEnvironment; log: string }> {
    const request = requestFor(
      distributions.map(({ locked }) => locked),
      { allowSdists },
    );
    const stack = { ...request.stack, lock_digest: `${request.stack.lock_digest} ${(count += 1)}` };
    const result = await by.build({ ...request, stack }, never);
    if (!result.ok) throw new Error(result.log);
    return result;
  }

  const say = ({ prefix }: BuiltEnvironment, program: string): string =>
    execFileSync(join(prefix, 'bin', program), { encoding: 'utf8' }).trim();

  test('an environment of links is what the tool makes, file by file, and no process is started for it', async () => {
    await built([motley, second]);
    const { environment, log } = await built([motley, second]);
    expect(log).toContain('2 of 2 packages are linked');
    expect(log).not.toMatch(/^\$ /m);
    const other = await openWorkshop(await mkdtemp(join(root, 'workshop-')));
    const { environment: installed } = await built([motley, second], make(other.options));
    const linked = await contentsOf(environment, dirname(dirname(workshop.paths.root)));
    expect(linked).toEqual(await contentsOf(installed, dirname(dirname(other.paths.root))));
    expectTrueRecords(environment.prefix, linked);
    expect(
      linked.get(`${site}/motley/deep/er/__pycache__/__init__.cpython-${pythonVersion.replace('.', '')}.pyc`),
    ).toBeDefined();
    expect(say(environment, 'motley')).toBe('motley');
    const code =
      'import motley, shared_namespace.one, shared_namespace.two; print(motley.main.__code__.co_filename)';
    expect(execFileSync(environment.python, ['-I', '-c', code], { encoding: 'utf8' }).trim()).toBe(
      join(environment.prefix, site, 'motley', '__init__.py'),
    );
  });

  test('one that is new is installed, the others are linked, and it is kept', async () => {
    const { environment: first } = await built([motley, second]);
    const { environment, log } = await built([motley, third, second]);
    expect(log).toContain('2 of 3 packages are linked');
    expect(log).not.toContain('second @');
    expect(inodeOf(environment, 'second.py')).toBe(inodeOf(first, 'second.py'));
    const other = await openWorkshop(await mkdtemp(join(root, 'workshop-')));
    const { environment: installed } = await built([motley, third, second], make(other.options));
    const linked = await contentsOf(environment, dirname(dirname(workshop.paths.root)));
    expect(linked).toEqual(await contentsOf(installed, dirname(dirname(other.paths.root))));
    expect((await built([third])).log).toContain('1 of 1 packages are linked');
  });

  test('two that bring the same file are installed by the tool together, however they were kept', async () => {
    const [left, right] = ['left', 'right'].map((name) =>
      made({
        name,
        version: '1.0',
        files: { 'contested.py': `by = ${JSON.stringify(name)}\n`, [`${name}.py`]: '' },
      }),
    ) as [Distribution, Distribution];
    await built([left]);
    await built([right]);
    const { log } = await built([left, right, second]);
    expect(log).toContain('everything is installed anew');
    expect(log).toContain('contested.py');
    // One is there when the other is installed anew.
    const fresh = made({ name: 'fresh', version: '1.0', files: { 'contested.py': 'by = "fresh"\n' } });
    const again = await built([fresh, left]);
    expect(again.log).toContain('everything is installed anew');
    const { environment } = await built([fresh]);
    expect(readFileSync(join(environment.prefix, site, 'contested.py'), 'utf8')).toBe('by = "fresh"\n');
  });

  test('what a wheel overwrote of another, and left out of its RECORD, is never kept as the other’s', async () => {
    const victim = made({ name: 'victim', version: '1.0' });
    const hostile = made({
      name: 'zhostile',
      version: '1.0',
      files: { 'victim/__init__.py': 'poisoned = True\n', 'zhostile.py': '' },
      unrecorded: ['victim/__init__.py'],
    });
    await builder.build(requestFor([victim.locked, hostile.locked]), never);
    const { environment } = await built([victim]);
    expect(readFileSync(join(environment.prefix, site, 'victim/__init__.py'), 'utf8')).toBe(
      "version = '1.0'\n",
    );
  });

  test('an entry that lost a file is dropped, and the tool installs it again', async () => {
    const brittle = made({ name: 'brittle', version: '1.0' });
    const before = new Set(await readdir(workshop.paths.kept));
    await built([brittle]);
    const [entry = ''] = (await readdir(workshop.paths.kept)).filter((name) => !before.has(name));
    await rm(join(workshop.paths.kept, entry, '0'));
    expect((await built([brittle, second])).log).toContain('everything is installed anew');
    expect((await built([brittle, second])).log).toContain('2 of 2 packages are linked');
    await rm(join(workshop.paths.kept, entry, 'manifest.json'));
    expect((await built([brittle, second])).log).toContain('1 of 2 packages are linked');
  });

  test('nothing is linked into an environment where a source distribution is built, and nothing of it is kept', async () => {
    const { environment: first } = await built([second]);
    const source = made({
      name: 'source',
      version: `1.${count}`,
      sdist: true,
      files: buildableSource(`1.${count}`),
    });
    const kept = await readdir(workshop.paths.kept);
    const { environment, log } = await built([second, source], builder, true);
    expect(log).toContain('0 of 2 packages are linked');
    expect(inodeOf(environment, 'second.py')).not.toBe(inodeOf(first, 'second.py'));
    expect((await readdir(workshop.paths.kept)).toSorted()).toEqual(kept.toSorted());
    // Where they are allowed and there is none, nothing runs that could write.
    expect((await built([second, third], builder, true)).log).toContain('2 of 2 packages are linked');
  });

  test('an environment that was changed by others does not change what is linked next', async () => {
    const { environment: first } = await built([motley, second]);
    const activate = join(first.prefix, 'bin', 'activate');
    chmodSync(activate, 0o600);
    await appendFile(activate, 'changed');
    const { environment } = await built([motley, second]);
    expect(readFileSync(join(environment.prefix, 'bin', 'activate'), 'utf8')).not.toContain('changed');
  });
});

/** A source distribution that builds itself with nothing but the standard library. */
function buildableSource(version: string): Readonly<Record<string, string>> {
  const backend = `
import os, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = 'source-${version}-py3-none-any.whl'
    info = 'source-${version}.dist-info/'
    with zipfile.ZipFile(os.path.join(directory, name), 'w') as archive:
        archive.writestr('source.py', '')
        archive.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: source\\nVersion: ${version}\\n')
        archive.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        archive.writestr(info + 'RECORD', 'source.py,,\\n')
    return name
`;
  return {
    'pyproject.toml':
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "source"\n' +
      `version = "${version}"\n`,
    'backend.py': backend,
  };
}
