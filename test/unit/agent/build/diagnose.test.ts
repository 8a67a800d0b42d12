// Every output here was recorded from a real run of uv 0.13.9 or pip 23.2, shortened to the lines that count. Whole outputs
// of more versions are in test/fixtures/build-output.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../../agent/build/diagnose.ts';
import { catalogue } from '../../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';

const RECORDED: readonly (readonly [title: string, code: string, output: string])[] = [
  [
    'uv: a hash differs in a local file',
    'TROOP-1402',
    `error: Failed to read \`goodone @ file:///w/goodone-1.0-py3-none-any.whl\`
  cause: Hash mismatch for \`goodone @ file:///w/goodone-1.0-py3-none-any.whl\`

         Expected:
           sha256:50ca63c8fedf0384bcaf62445ed18e49b28a7f23e3e0daeed8959976209b1bed`,
  ],
  [
    'uv: a hash differs in a downloaded file',
    'TROOP-1402',
    `Resolved 1 package in 0.54ms
error: Failed to download \`goodone==1.0\`
  cause: Hash mismatch for \`goodone==1.0\``,
  ],
  [
    'pip: a hash differs',
    'TROOP-1402',
    `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.
    goodone@ file:///w/goodone-1.0-py3-none-any.whl from file:///w/goodone-1.0-py3-none-any.whl (from -r bad.txt (line 1)):
        Expected sha256 50ca63c8fedf0384bcaf62445ed18e49b28a7f23e3e0daeed8959976209b1bed`,
  ],
  [
    'uv: no wheel for this Python',
    'TROOP-1401',
    `error: No solution found when resolving dependencies
  cause: Because only otherone==1.0 is available and otherone==1.0 has no wheels with a matching Python version tag (e.g., \`cp311\`), we can conclude that all versions of otherone cannot be used.
         And because you require otherone, we can conclude that your requirements are unsatisfiable.`,
  ],
  [
    'pip: no wheel for this Python',
    'TROOP-1401',
    'ERROR: otherone-1.0-cp39-cp39-win_amd64.whl is not a supported wheel on this platform.',
  ],
  [
    'uv: sources are not allowed',
    'TROOP-1401',
    `error: Failed to build \`sdone @ file:///w/sdone-1.0.tar.gz\`
  cause: Building source distributions for \`sdone\` is disabled`,
  ],
  [
    'uv: a broken wheel',
    'TROOP-1410',
    `error: No solution found when resolving dependencies
  cause: Because brokenone has an invalid package format and you require brokenone, we can conclude that your requirements are unsatisfiable.

hint: The structure of \`brokenone\` was invalid
  Caused by: Failed to read from zip file
  Caused by: unable to locate the end of central directory record`,
  ],
  [
    'pip: a broken wheel',
    'TROOP-1410',
    "ERROR: Wheel 'brokenone' located at /w/brokenone-1.0-py3-none-any.whl is invalid.",
  ],
  [
    'uv: name and metadata differ',
    'TROOP-1409',
    `error: Failed to install: metaone-1.0-py3-none-any.whl (metaone==1.0 (from file:///w/metaone-1.0-py3-none-any.whl))
  cause: Wheel version does not match filename (2.0 != 1.0), which indicates a malformed wheel. If this is intentional, set \`UV_SKIP_WHEEL_FILENAME_CHECK=1\`.`,
  ],
  [
    'uv: a package that no folder has',
    'TROOP-1415',
    `error: No solution found when resolving dependencies
  cause: Because nothere was not found in the provided package locations and you require nothere==1.0, we can conclude that your requirements are unsatisfiable.`,
  ],
  [
    'uv: a package that the index answers 404 to',
    'TROOP-1415',
    `error: No solution found when resolving dependencies
  cause: Because goodone was not found in the package registry and you require goodone==1.0, we can conclude that your requirements are unsatisfiable.`,
  ],
  [
    'pip: a package that no folder has',
    'TROOP-1415',
    `ERROR: Could not find a version that satisfies the requirement nothere==1.0 (from versions: none)
ERROR: No matching distribution found for nothere==1.0`,
  ],
  [
    'uv: the index wants credentials',
    'TROOP-1414',
    `error: No solution found when resolving dependencies
  cause: Because goodone was not found in the package registry and you require goodone==1.0, we can conclude that your requirements are unsatisfiable.

hint: An index URL (http://127.0.0.1:18999/401/simple) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)`,
  ],
  [
    'uv: the index refuses',
    'TROOP-1414',
    `error: No solution found when resolving dependencies
  cause: Because goodone was not found in the package registry and you require goodone==1.0, we can conclude that your requirements are unsatisfiable.

hint: An index (http://127.0.0.1:18999/403/simple) returned a 403 Forbidden error. Check that the index URL is correct and the credentials are valid.`,
  ],
  [
    'uv: the index is broken',
    'TROOP-1403',
    `error: Request failed after 3 retries in 11.0s
  cause: Failed to fetch: http://127.0.0.1:18999/500/simple/goodone/
  cause: HTTP status server error (500 Internal Server Error) for url (http://127.0.0.1:18999/500/simple/goodone/)`,
  ],
  [
    'uv: nobody listens',
    'TROOP-1403',
    `error: Request failed after 3 retries in 10.1s
  cause: Failed to fetch: http://127.0.0.1:9/simple/goodone/
  cause: error sending request for url (http://127.0.0.1:9/simple/goodone/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)`,
  ],
  [
    'uv: no such host',
    'TROOP-1403',
    `error: Request failed after 3 retries in 11.7s
  cause: Failed to fetch: http://no-such-host.invalid/simple/goodone/
  cause: error sending request for url (http://no-such-host.invalid/simple/goodone/)
  cause: client error (Connect)
  cause: dns error
  cause: error resolving DNS
  cause: failed to lookup address information: Name or service not known`,
  ],
  [
    'pip: nobody listens',
    'TROOP-1403',
    `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f3068478250>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/goodone/
ERROR: Could not find a version that satisfies the requirement goodone==1.0 (from versions: none)
ERROR: No matching distribution found for goodone==1.0`,
  ],
  [
    'uv: the disk is full',
    'TROOP-1405',
    `error: Failed to read \`bigone @ file:///w/bigone-1.0-py3-none-any.whl\`
  cause: Failed to extract archive: bigone-1.0-py3-none-any.whl
  cause: I/O operation failed during extraction
  cause: failed to write to file \`/c/.tmpl8R3Tn/bigone/__init__.py\`: No space left on device (os error 28)`,
  ],
  [
    'pip: the disk is full',
    'TROOP-1405',
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
  ],
  ['uv: no interpreter', 'TROOP-1406', 'error: No interpreter found at path `/nonexistent/python`'],
  [
    'uv: no compiler',
    'TROOP-1407',
    `error: Failed to build \`sdone @ file:///w/sdone-1.0.tar.gz\`
  cause: The build backend returned an error
  cause: Call to \`setuptools.build_meta:__legacy__.build_wheel\` failed (exit status: 1)

         [stderr]
         error: command 'gcc' failed: No such file or directory`,
  ],
  [
    'pip: no compiler',
    'TROOP-1407',
    `  × Building wheel for sdone (pyproject.toml) did not run successfully.
  │ exit code: 1
      error: command 'gcc' failed: No such file or directory`,
  ],
  [
    'uv: sources that do not compile',
    'TROOP-1408',
    `error: Failed to build \`sdone @ file:///w/sdone-1.0.tar.gz\`
  cause: The build backend returned an error
  cause: Call to \`setuptools.build_meta:__legacy__.build_wheel\` failed (exit status: 1)

         [stderr]
         nothing.c:1:9: error: ‘y’ undeclared here (not in a function)
         error: command '/usr/bin/gcc' failed with exit code 1`,
  ],
  [
    'pip: sources that do not compile',
    'TROOP-1408',
    `  error: subprocess-exited-with-error

  × Building wheel for sdone (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [11 lines of output]
      error: command '/usr/bin/gcc' failed with exit code 1
  ERROR: Failed building wheel for sdone`,
  ],
  [
    'uv: what a build needs is not there',
    'TROOP-1408',
    `error: Failed to build \`sdone @ file:///w/sdone-1.0.tar.gz\`
  cause: Failed to resolve requirements from \`setup.py\` build
  cause: No solution found when resolving: \`setuptools>=40.8.0\`
  cause: Because setuptools was not found in the provided package locations and you require setuptools>=40.8.0, we can conclude that your requirements are unsatisfiable.`,
  ],
  [
    'pip: what a build needs is not there',
    'TROOP-1408',
    `  × pip subprocess to install build dependencies did not run successfully.
  │ exit code: 1
  ╰─> [2 lines of output]
      ERROR: Could not find a version that satisfies the requirement setuptools>=40.8.0 (from versions: none)
      ERROR: No matching distribution found for setuptools>=40.8.0`,
  ],
  ['anything else', 'TROOP-1416', 'error: something nobody has seen before\n'],
  ['silence', 'TROOP-1416', ''],
];

describe('the output of uv and pip', () => {
  test.each(RECORDED)('%s', (_title, code, output) => {
    const { code: found, facts } = diagnose(output);
    expect(found).toBe(code);
    // Every fact that the message names is there.
    expect(new TroopError(found, facts).message).not.toMatch(/\{\w+\}/);
    expect(Object.keys(catalogue)).toContain(found);
  });

  test('names the package where the output does', () => {
    const named = RECORDED.flatMap(([, code, output]) =>
      ['TROOP-1407', 'TROOP-1408', 'TROOP-1409', 'TROOP-1410'].includes(code) &&
      output.includes('rror: Failed')
        ? [diagnose(output).facts['package']]
        : [],
    );
    expect(named).toEqual(['metaone-1.0-py3-none-any.whl', 'sdone', 'sdone', 'sdone']);
  });
});

interface RecordedOutput {
  readonly tool: string;
  readonly status: string;
  readonly output: string;
}

const FOLDER = new URL('../../../fixtures/build-output/', import.meta.url);

/** The sections of one recorded case: `=== <tool> [status <n>]`, then what it printed. */
function recordedOutputs(name: string): readonly RecordedOutput[] {
  const text = readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const [, tool = '', status = ''] = /^(\S+) \[status (\S+)\]$/.exec(heading) ?? [];
      return { tool, status, output: lines.join('\n') };
    });
}

/**
 * The code of a case; tools whose words do not tell it apart have their own. pip before 25 takes a transfer that was cut
 * for a file with another hash; an interpreter that dies without a word, asked by pip, is an unknown failure.
 */
type Expected = string | { readonly usual: string; readonly [tool: string]: string };

const EXPECTED: Readonly<Record<string, Expected>> = {
  'backend-missing': 'TROOP-1408',
  'backend-raises': 'TROOP-1408',
  'bad-pyproject': 'TROOP-1408',
  'cache-not-writable': { usual: 'TROOP-1406', 'uv-0.13.9': 'TROOP-1423', 'uv-0.5.31': 'TROOP-1423' },
  'compiler-killed': 'TROOP-1413',
  'compiler-missing-meson': 'TROOP-1407',
  'compiler-missing-setuptools': 'TROOP-1407',
  'compiler-out-of-memory': 'TROOP-1413',
  'disk-full': 'TROOP-1405',
  'disk-read-only': 'TROOP-1423',
  'disk-without-inodes': 'TROOP-1405',
  'environment-is-gone': 'TROOP-1406',
  'file-is-gone': 'TROOP-1416',
  'file-name-no-wheel': 'TROOP-1410',
  'file-not-readable': 'TROOP-1406',
  'file-size-limit': { usual: 'TROOP-1424', 'uv-0.13.9': 'TROOP-1416', 'uv-0.5.31': 'TROOP-1416' },
  'folder-without-it': 'TROOP-1415',
  'fortran-missing-meson': 'TROOP-1407',
  'hash-differs-local': 'TROOP-1402',
  'hash-missing': 'TROOP-1416',
  'header-missing': 'TROOP-1422',
  'index-401': 'TROOP-1414',
  'index-403': 'TROOP-1414',
  'index-404': 'TROOP-1415',
  'index-429': 'TROOP-1403',
  'index-500': 'TROOP-1403',
  'index-503': 'TROOP-1403',
  'index-cut': { usual: 'TROOP-1403', 'pip-23.2.1': 'TROOP-1402', 'pip-22.3.1': 'TROOP-1402' },
  'index-drops': 'TROOP-1403',
  'index-file-404': 'TROOP-1404',
  'index-garbage': 'TROOP-1425',
  'index-garbage-html': 'TROOP-1415',
  'index-garbage-json': 'TROOP-1425',
  'index-hangs': 'TROOP-1403',
  'index-lies': 'TROOP-1416',
  'index-loop': { usual: 'TROOP-1403', 'uv-0.13.9': 'TROOP-1425' },
  'index-no-such-host': 'TROOP-1403',
  'index-nobody-listens': 'TROOP-1403',
  'index-not-tls': 'TROOP-1403',
  'index-only-other-platform': 'TROOP-1401',
  'index-only-other-version': 'TROOP-1415',
  'index-only-sources': 'TROOP-1401',
  'index-unknown-certificate': 'TROOP-1403',
  'library-missing-link': 'TROOP-1422',
  'library-missing-pkgconfig': 'TROOP-1422',
  'metadata-bad-requirement': 'TROOP-1410',
  'metadata-garbage': 'TROOP-1410',
  'metadata-other-name': 'TROOP-1409',
  'metadata-other-version': 'TROOP-1409',
  'no-python-project': 'TROOP-1408',
  'out-of-memory': 'TROOP-1424',
  'permission-denied': { usual: 'TROOP-1406', 'uv-0.13.9': 'TROOP-1423', 'uv-0.5.31': 'TROOP-1423' },
  'pip-too-old': 'TROOP-1406',
  'python-crashes': { usual: 'TROOP-1416', 'uv-0.13.9': 'TROOP-1406', 'uv-0.5.31': 'TROOP-1406' },
  'python-fails': { usual: 'TROOP-1416', 'uv-0.13.9': 'TROOP-1406', 'uv-0.5.31': 'TROOP-1406' },
  'python-header-missing': 'TROOP-1422',
  'python-missing': 'TROOP-1406',
  'python-of-other-kind': 'TROOP-1406',
  'python-prints-rubbish': 'TROOP-1406',
  'python-without-pip': 'TROOP-1406',
  'python-without-venv': 'TROOP-1406',
  'rust-missing': 'TROOP-1407',
  'sdist-other-version': 'TROOP-1409',
  'sdist-truncated': 'TROOP-1410',
  'setup-raises': 'TROOP-1408',
  'sources-do-not-compile': 'TROOP-1408',
  'sources-not-allowed': { usual: 'TROOP-1408', 'uv-0.13.9': 'TROOP-1401', 'uv-0.5.31': 'TROOP-1401' },
  'too-many-files': 'TROOP-1424',
  'too-many-processes': { usual: 'TROOP-1406', 'uv-0.13.9': 'TROOP-1424', 'uv-0.5.31': 'TROOP-1424' },
  'two-versions-of-one': 'TROOP-1416',
  'wheel-bad-checksum': 'TROOP-1410',
  'wheel-climbs-out': 'TROOP-1410',
  'wheel-empty': 'TROOP-1410',
  'wheel-future-format': 'TROOP-1410',
  'wheel-is-html': 'TROOP-1410',
  'wheel-newer-glibc': 'TROOP-1401',
  'wheel-other-abi': 'TROOP-1401',
  'wheel-other-platform': 'TROOP-1401',
  'wheel-requires-python': 'TROOP-1401',
  'wheel-truncated': 'TROOP-1410',
  'wheel-without-metadata': 'TROOP-1410',
  'wheel-without-record': 'TROOP-1410',
  'wheel-without-wheel-file': 'TROOP-1410',
};

describe('whole outputs of several versions', () => {
  const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.txt') ? [name.slice(0, -4)] : []));

  test('are all in the table', () => {
    expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  test.each(Object.entries(EXPECTED))('%s', (name, expected) => {
    const failed = recordedOutputs(name).filter(({ status }) => status !== '0');
    const found = failed.map(({ tool, output }) => `${tool} ${diagnose(output).code}`);
    const wanted = failed.map(({ tool }) => {
      const code = typeof expected === 'string' ? expected : (expected[tool] ?? expected.usual);
      return `${tool} ${code}`;
    });
    expect(found).toEqual(wanted);
    for (const { output } of failed) {
      const { code, facts } = diagnose(output);
      expect(new TroopError(code, facts).message).not.toMatch(/\{\w+\}/);
    }
  });

  test('name neither people, paths of a home nor hosts', () => {
    const strange = names.flatMap((name) =>
      recordedOutputs(name).flatMap(
        ({ output }) =>
          output.match(/\/(?:root|home)\/\S*|https?:\/\/(?!127\.0\.0\.1|\S+\.example|\S+\.invalid)\S+/g) ??
          [],
      ),
    );
    expect(strange).toEqual([]);
  });
});

// The end of what a tool printed, as long as it is kept; each took minutes to hours once, in which the agent was not heard.
test.each([
  ['a word', 'a'],
  ['names with dots', 'a.'],
  ['folders', 'a/'],
  ['words', 'failed '],
  ['pages that were fetched', 'Fetched page x\nin parse_links\n'],
  ['files that were fetched', 'Downloading x\n'],
])('%s without an end say nothing, and soon', (_what, piece) => {
  const output = piece.repeat(Math.floor((256 * 1024) / piece.length));
  expect(diagnose(output).code).toBe('TROOP-1416');
});
