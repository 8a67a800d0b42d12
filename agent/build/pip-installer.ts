// The command lines of the base interpreter's own pip (22.3 or newer, for `--python`): the way where there is no uv.
import type { IndexAccess } from './builder.ts';
import type { Installer, InstallTarget } from './installer.ts';

export function pipInstaller(): Installer {
  return {
    name: 'pip',
    readablePaths: [],
    leftovers: [],
    environment: ({ certificatePath }) => ({
      // No configuration file at all: what pip is configured with on this machine must not decide what a stack gets.
      PIP_CONFIG_FILE: '/dev/null',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      // The fleet retries a build as a whole, on another machine if need be.
      PIP_RETRIES: '1',
      PIP_DEFAULT_TIMEOUT: '30',
      PIP_NO_COLOR: '1',
      PIP_PROGRESS_BAR: 'off',
      PIP_ROOT_USER_ACTION: 'ignore',
      ...(certificatePath === undefined ? {} : { PIP_CERT: certificatePath }),
    }),
    createCommand: ({ interpreter, prefix }) => [interpreter, '-I', '-m', 'venv', '--without-pip', prefix],
    installCommand: (target, plan) => [
      ...pip(target),
      'install',
      // An index that answers 500 or 403 is passed over in silence otherwise, and the package said not to exist.
      '-vv',
      '--no-deps',
      '--no-compile',
      '--cache-dir',
      plan.cacheDirectory,
      ...(plan.allHashed ? ['--require-hashes'] : []),
      ...(plan.allowSdists ? [] : ['--only-binary', ':all:']),
      ...indexArguments(plan.indexes),
      '--requirement',
      plan.requirementsPath,
    ],
  };
}

function pip({ interpreter, python }: InstallTarget): [string, ...string[]] {
  return [interpreter, '-I', '-m', 'pip', '--python', python];
}

function indexArguments(indexes: readonly IndexAccess[]): readonly string[] {
  const [first, ...others] = indexes.flatMap((index) => index.urls);
  return [
    ...(first === undefined ? ['--no-index'] : ['--index-url', first]),
    ...others.flatMap((url) => ['--extra-index-url', url]),
    ...indexes.flatMap((index) => index.findLinks).flatMap((place) => ['--find-links', place]),
  ];
}
