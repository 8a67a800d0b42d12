// A locked stack of two packages, with files that have every field.
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import { lockStack, makeStack, type LockedStack } from '../../shared/stack/stack.ts';
import { lookupOf, sampleFile, sampleRelease } from './sample-releases.ts';

export function sampleLock(): LockedStack {
  const environment = canonicalEnvironment({ python: '3.11' });
  const stack = makeStack({
    environment,
    packages: [
      { name: 'numpy', version: '1.26.4', index: 'pip' },
      { name: 'scipy', version: '1.12.0', index: 'pip', extras: ['dev'] },
    ],
  });
  const numpy = ['28', '17'].map((minor, position) =>
    sampleFile(`numpy-1.26.4-cp311-cp311-manylinux_2_${minor}_x86_64.whl`, {
      url: `file:///wheels/numpy-${minor}.whl`,
      sha256: (position === 0 ? 'a' : 'b').repeat(64),
      size: 18_000_000,
      upload_time: '2024-02-05T23:51:50.123456Z',
      requires_python: '>=3.9',
    }),
  );
  const scipy = sampleFile('scipy-1.12.0-cp311-cp311-manylinux_2_17_x86_64.whl', { sha256: 'b'.repeat(64) });
  return lockStack(
    stack,
    lookupOf([
      sampleRelease('numpy 1.26.4', { files: numpy }),
      sampleRelease('scipy 1.12.0', { files: [scipy] }),
    ]),
  );
}

/** The same with a variant wheel (PEP 825) of numpy in place of the plain ones. */
export function sampleVariantLock(variant = 'x86_64_v3'): LockedStack {
  const { environment, packages } = sampleLock();
  const wheels = ['', `-${variant}`].map((label, position) =>
    sampleFile(`numpy-1.26.4-cp311-cp311-manylinux_2_28_x86_64${label}.whl`, {
      url: `file:///wheels/numpy${label}.whl`,
      sha256: (position === 0 ? 'a' : 'c').repeat(64),
    }),
  );
  const stack = makeStack({
    environment,
    packages: packages.map(({ files: _files, ...item }) =>
      item.name === 'numpy' ? { ...item, variant } : item,
    ),
  });
  const scipy = packages.find(({ name }) => name === 'scipy')?.files ?? [];
  return lockStack(
    stack,
    lookupOf([
      sampleRelease('numpy 1.26.4', { files: wheels }),
      sampleRelease('scipy 1.12.0', { files: scipy }),
    ]),
  );
}
