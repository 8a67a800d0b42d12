// The command lines of uv: https://docs.astral.sh/uv/reference/cli/ . Its settings come from here alone: no
// configuration file, no variable of the user's, no Python that it would download by itself.
import { dirname } from 'node:path';
import type { IndexAccess } from './builder.ts';
import type { Installer } from './installer.ts';

const ALWAYS = ['--no-config', '--no-python-downloads', '--color', 'never', '--no-progress'] as const;

export function uvInstaller(uv: string): Installer {
  return {
    name: 'uv',
    readablePaths: [dirname(uv)],
    // Held while it installs.
    leftovers: ['.lock'],
    // uv reads no setting of pip's, so it is told the certificate in the way that it knows.
    environment: ({ certificatePath }) => ({
      // The fleet retries a build as a whole, on another machine if need be.
      UV_HTTP_RETRIES: '1',
      ...(certificatePath === undefined ? {} : { SSL_CERT_FILE: certificatePath }),
    }),
    createCommand: ({ interpreter, prefix }, cache) => [
      uv,
      'venv',
      ...ALWAYS,
      '--no-project',
      '--cache-dir',
      cache,
      '--python',
      interpreter,
      prefix,
    ],
    installCommand: ({ python }, plan) => [
      uv,
      'pip',
      'install',
      ...ALWAYS,
      '--cache-dir',
      plan.cacheDirectory,
      '--python',
      python,
      '--no-deps',
      '--link-mode',
      'hardlink',
      // Hashes that are there are verified in any case.
      ...(plan.allHashed ? ['--require-hashes'] : []),
      ...(plan.allowSdists ? [] : ['--no-build']),
      ...indexArguments(plan.indexes),
      '--requirements',
      plan.requirementsPath,
    ],
  };
}

/** Only where it makes a difference: with it, uv does not say that an index refused access (401, 403). */
const strategyOf = (count: number): readonly string[] =>
  count > 1 ? ['--index-strategy', 'unsafe-best-match'] : [];

/** Every index counts alike, as with pip: the pins and their hashes say what is taken, not the order of the indexes. */
function indexArguments(indexes: readonly IndexAccess[]): readonly string[] {
  if (indexes.length === 0) return ['--offline', '--no-index'];
  const [first, ...others] = indexes.flatMap((index) => index.urls);
  return [
    ...(first === undefined ? ['--no-index'] : ['--default-index', first]),
    ...others.flatMap((url) => ['--index', url]),
    ...indexes.flatMap((index) => index.findLinks).flatMap((place) => ['--find-links', place]),
    ...strategyOf(first === undefined ? 0 : 1 + others.length),
  ];
}
