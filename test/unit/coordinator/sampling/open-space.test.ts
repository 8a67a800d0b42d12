import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../../coordinator/knowledge/store/release-lookup.ts';
import { createSamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import type { SpaceRequest } from '../../../../coordinator/sampling/space-request.ts';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import { sampleFile, sampleRelease } from '../../../support/sample-releases.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const releases = ['1.0', '2.0', '3.0'].map((version, position) =>
  sampleRelease(`numpy ${version}`, {
    files: [
      sampleFile(`numpy-${version}-py3-none-any.whl`, { sha256: position === 0 ? a : 'c'.repeat(64) }),
      sampleFile(`numpy-${version}-cp311-cp311-manylinux_2_17_x86_64.whl`, {
        sha256: position === 1 ? b : 'd'.repeat(64),
      }),
    ],
  }),
);
const snapshot = snapshotOf(
  'sha256:x',
  { format: 'troop-knowledge', version: 1, created: '2026-01-01T00:00:00Z', indexes: [{ name: 'pip' }] },
  new Map([['numpy', releases]]),
);
const space = (hashes: Readonly<Record<string, readonly string[]>>): SpaceRequest => ({
  snapshotId: snapshot.id,
  requirements: ['numpy'],
  constraints: [],
  environment: canonicalEnvironment({ python: '3.11' }),
  indexes: [],
  policy: {},
  hashes,
});

describe('a space whose request gives hashes', () => {
  const engine = createSamplingEngine(() => Promise.resolve(snapshot));
  const locked = async (hashes: Readonly<Record<string, readonly string[]>>) => {
    const request = {
      space: space(hashes),
      sampling: { strategy: 'all' },
      seed: '0',
      planned: 10,
      cursor: null,
    };
    const { stacks } = await engine.draw(request, 10);
    return stacks.map(
      ({ packages: [one] }) => [one?.version, one?.files.map(({ sha256 }) => sha256)] as const,
    );
  };

  it('has the releases with such files, and locks no other file', async () => {
    expect(new Map(await locked({ numpy: [a, b] }))).toEqual(
      new Map([
        ['1.0', [a]],
        ['2.0', [b]],
      ]),
    );
    expect(await locked({})).toHaveLength(3);
    expect(await locked({ six: [a] })).toHaveLength(3);
  });

  it('has none when nothing is left, and the oracle agrees', async () => {
    await expect(locked({ numpy: ['e'.repeat(64)] })).rejects.toMatchObject({ code: 'TROOP-1306' });
    const stack = { packages: [{ name: 'numpy', version: '3.0', index: 'pip' }] };
    expect((await engine.ask('check', { space: space({}), stack })).satisfies).toBe(true);
    expect((await engine.ask('check', { space: space({ numpy: [a] }), stack })).satisfies).toBe(false);
  });
});
