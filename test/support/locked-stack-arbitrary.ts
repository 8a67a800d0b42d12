// Random locked stacks of one to six packages from two indexes, each with hashed files: what a writer of locks can meet.
import fc from 'fast-check';
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import { lockDigest, makeStack, type LockedStack } from '../../shared/stack/stack.ts';
import { tryParseVersion } from '../../shared/stack/version.ts';
import { versionText } from './version-arbitraries.ts';

const sha256 = fc
  .array(fc.nat(15), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.map((digit) => digit.toString(16)).join(''));

const file = fc.record({
  sha256,
  kind: fc.constantFrom('py3-none-any.whl', 'cp311-cp311-manylinux_2_17_x86_64.whl', 'tar.gz'),
  url: fc.constantFrom(undefined, 'file:///wheels/', 'https://host.example/a%20b/'),
  size: fc.option(fc.nat(), { nil: undefined }),
  time: fc.constantFrom(undefined, '2024-02-05T23:51:50.123456Z', '2024-02-05T23:51:50Z'),
});

const item = fc.record({
  name: fc.constantFrom('numpy', 'scipy', 'Scikit_Learn', 'zope.interface', 'a', 'b2', 'ruamel-yaml'),
  version: versionText(),
  index: fc.constantFrom('pip', 'own'),
  extras: fc.subarray(['dev', 'Fast_Math', 'x1']),
  files: fc.array(file, { minLength: 1, maxLength: 3 }),
});

const environment = fc.record({
  python: fc.constantFrom('3.9', '3.11', '3.13t'),
  platform: fc.constantFrom('linux_x86_64', 'manylinux_2_36_x86_64', 'macosx_14_0_arm64'),
  variables: fc.constantFrom(undefined, { OMP_NUM_THREADS: '1', EMPTY: '' }),
  markers: fc.constantFrom(undefined, { platform_release: '6.1 "quoted"\n' }),
  image: fc.constantFrom(undefined, 'registry.example/base:1'),
});

export interface LockedStackCase {
  readonly lock: LockedStack;
  readonly indexFingerprints: Readonly<Record<string, string>>;
}

export function lockedStackCase(): fc.Arbitrary<LockedStackCase> {
  const items = fc.uniqueArray(item, { minLength: 1, maxLength: 6, selector: ({ name }) => name });
  return fc
    .record({ items, environment })
    .filter(({ items: all }) => all.every(({ version }) => tryParseVersion(version) !== null))
    .map(({ items: all, environment: described }) => {
      const indexFingerprints = { pip: 'sha256:one', own: 'sha256:two' };
      const stack = makeStack({
        environment: canonicalEnvironment(described),
        packages: all,
        indexFingerprints,
      });
      // Sorted and normalised by then; the files are found again by their name's letters.
      const filesOf = new Map(all.map((one) => [one.name.toLowerCase().replace(/[._]/g, '-'), one.files]));
      const packages = stack.packages.map((one) => ({
        ...one,
        files: (filesOf.get(one.name) ?? []).map(({ kind, url, size, time, sha256: digest }, position) => {
          const filename = kind === 'tar.gz' ? `x-${position}.tar.gz` : `x-${position}-${kind}`;
          return {
            filename,
            sha256: digest,
            ...(url === undefined ? {} : { url: url + filename }),
            ...(size === undefined ? {} : { size }),
            ...(time === undefined ? {} : { upload_time: time }),
          };
        }),
      }));
      const lock = { ...stack, packages, lock_digest: lockDigest(stack.stack_id, packages) };
      return { lock, indexFingerprints };
    });
}
