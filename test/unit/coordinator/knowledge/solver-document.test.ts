import { describe, expect, it } from 'vitest';
import {
  looksLikeSolverDocument,
  readSolverDocuments,
} from '../../../../coordinator/knowledge/solver-document.ts';
import { formatReleaseLine, parseReleaseLine } from '../../../../shared/stack/snapshot.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const url = 'https://user:secret@host.example/simple';

function documentOf(tree: readonly object[], more: object = {}): string {
  return JSON.stringify({
    metadata: { analyzer: 'thoth-solver', datetime: '2020-06-01T10:11:12.123456' },
    result: {
      environment: { python_version: '3.7' },
      platform: 'linux-x86_64',
      tree,
      errors: [],
      unresolved: [],
      unparsed: [],
      ...more,
    },
  });
}

const flask = {
  package_name: 'Flask',
  package_version: '1.0',
  index_url: url,
  sha256: ['a'.repeat(64)],
  importlib_metadata: {
    metadata: {
      'Requires-Dist': ['Werkzeug (>=0.14)', "pytest (>=3) ; extra == 'dev'"],
      'Provides-Extra': ['dev'],
      'Requires-Python': '>=2.7',
    },
  },
  dependencies: [],
};

const bare = {
  package_name: 'bare',
  package_version: '2.0',
  index_url: `${url}/`,
  dependencies: [
    {
      package_name: 'click',
      specifier: '>=5.1',
      extras: ['fast'],
      extra: [],
      marker: null,
      resolved_versions: [],
    },
    { package_name: 'six', specifier: null, extras: [], extra: ['old'], marker: 'python_version < "3"' },
    { package_name: 'docs', specifier: '*', extras: [], extra: ['docs', 'all'], marker: null },
    { package_name: 'own', specifier: '', extras: [], extra: ['x'], marker: "extra == 'x'" },
  ],
};

const read = (...texts: readonly string[]): ReturnType<typeof readSolverDocuments> =>
  readSolverDocuments(texts.map((text, position) => ({ text, file: `${position}.json` })));

describe('a solver document', () => {
  it('becomes releases with the requirements of their metadata, files unknown', () => {
    const { header, releases } = read(documentOf([flask]));
    expect(header).toMatchObject({
      created: '2020-06-01T10:11:12.123456Z',
      indexes: [{ name: 'host-example', url: 'https://host.example/simple' }],
    });
    expect(releases).toEqual([
      {
        index: 'host-example',
        name: 'flask',
        version: '1.0',
        requires_python: '>=2.7',
        requires_dist: ['Werkzeug (>=0.14)', "pytest (>=3) ; extra == 'dev'"],
        provides_extra: ['dev'],
        yanked: false,
        files: [],
      },
    ]);
  });

  it('becomes releases with requirements put together where the metadata is missing', () => {
    const [release] = read(documentOf([bare])).releases;
    expect(release).toMatchObject({
      requires_python: null,
      requires_dist: [
        'click[fast]>=5.1',
        'six; (python_version < "3") and (extra == "old")',
        'docs; extra == "docs" or extra == "all"',
        'own; extra == "x"',
      ],
      provides_extra: ['all', 'docs', 'old', 'x'],
    });
  });

  it('gives lines that a snapshot takes', () => {
    for (const release of read(documentOf([flask, bare])).releases) {
      expect(parseReleaseLine(formatReleaseLine(release), 2)).toEqual(release);
    }
  });

  it('joins several documents, one a line or one a file; one version of an index is one release', () => {
    const lines = `${documentOf([flask])}\n${documentOf([bare])}\n`;
    expect(read(lines, documentOf([flask])).releases.map(({ name }) => name)).toEqual(['flask', 'bare']);
  });

  it('tells what did not install', () => {
    const errors = [{ package_name: 'broken', package_version: '1.0', type: 'command_error', details: {} }];
    expect(read(documentOf([], { errors })).failed).toEqual(['broken 1.0: command_error']);
  });

  it('leaves out versions of before PEP 440, and keeps a requirement that cannot be read with its release', () => {
    const old = { 'Requires-Dist': ['pytz (>dev)', 'six'] };
    const { releases, legacy } = read(
      documentOf([
        { ...flask, package_version: '2004d' },
        { ...flask, importlib_metadata: { metadata: old } },
      ]),
    );
    expect(legacy).toEqual(['flask 2004d']);
    expect(releases.map(({ version, requires_dist }) => [version, requires_dist])).toEqual([
      ['1.0', ['pytz (>dev)', 'six']],
    ]);
  });

  it.each([
    ['{', 'the whole', 'it is not JSON'],
    ['{"result": {}}', 'result', 'it has no "tree"'],
    [
      documentOf([{ ...flask, package_name: '../x' }]),
      'result.tree[0]',
      '"package_name" is not a project name',
    ],
    [
      documentOf([{ ...flask, package_version: 'x y' }]),
      'result.tree[0]',
      '"package_version" is not a version',
    ],
    [documentOf([flask, { ...flask, index_url: 'nowhere' }]), 'result.tree[1]', '"index_url" is no'],
    [
      documentOf([{ ...bare, dependencies: [{ package_name: 'a b' }] }]),
      'result.tree[0]',
      'is not a requirement',
    ],
  ])('is refused whole: %j', (text, place, reason) => {
    const error = troopErrorOf(() => read(text));
    expect(error).toMatchObject({ code: 'TROOP-2008', facts: { file: '0.json', place } });
    expect(error.facts['reason']).toContain(reason);
  });

  it('is told from a snapshot by its first key', () => {
    expect(looksLikeSolverDocument('{\n  "metadata": {')).toBe(true);
    expect(looksLikeSolverDocument('{"result":{}')).toBe(true);
    expect(looksLikeSolverDocument('{"format":"troop-knowledge","version":1')).toBe(false);
    expect(looksLikeSolverDocument('{"index":"pip","name":"a"}')).toBe(false);
  });
});
