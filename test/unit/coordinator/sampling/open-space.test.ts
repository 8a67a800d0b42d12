import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../../coordinator/knowledge/store/release-lookup.ts';
import { createSamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import { openStateSpace } from '../../../../coordinator/monkey/space/open-state-space.ts';
import { refuseConflict } from '../../../../coordinator/sampling/open-space.ts';
import type { SpaceRequest } from '../../../../coordinator/sampling/space-request.ts';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import { linux311, lookupOf, release, requirements } from '../../../support/monkey/knowledge.ts';
import { pigeonhole } from '../../../support/monkey/pigeonhole.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';
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

describe('a space without stacks', () => {
  const old = Array.from({ length: 20 }, (_, index) => release('old', `1.${index}`, [`core<${index + 2}`]));
  const fresh = Array.from({ length: 20 }, (_, index) =>
    release('fresh', `1.${index}`, [`core>=${index + 40}`]),
  );
  const cores = Array.from({ length: 80 }, (_, index) => release('core', String(index + 1)));
  const refused = (...roots: readonly string[]) => {
    const releases = [...old, ...fresh, ...cores, ...pigeonhole('p', 12, 11)];
    const asked = requirements(...roots);
    const space = openStateSpace({
      requirements: asked,
      lookup: lookupOf(releases),
      environment: linux311,
    });
    return troopErrorOf(() => refuseConflict({ space }));
  };

  it('is refused with the proof where that is short', () => {
    const { code, facts } = refused('old==1.0', 'core>=70');
    expect(code).toBe('TROOP-1905');
    expect(facts['reason']).toMatch(
      /^Because the request asks for core>=70, and old 1\.0 requires core<2.*, old 1\.0 cannot be chosen\. And the request asks for old==1\.0$/,
    );
  });

  it('is refused with one step of a proof as the reason itself', () => {
    expect(refused('core==2', 'core==1').facts['reason']).toBe(
      'the request asks for core==1, and the request asks for core==2',
    );
    expect(refused('core==0').facts['reason']).toBe(
      'The request asks for core==0, which no candidate meets (there are 1 to 80)',
    );
  });

  it('is refused with the package that has no candidate left where no proof is found soon', () => {
    const pigeons = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const { code, facts } = refused(...pigeons, 'old', 'fresh');
    expect(code).toBe('TROOP-1905');
    expect(facts['reason']).toMatch(/^Every candidate of \w+ \(\d+ of them\) is ruled out/);
  });
});
