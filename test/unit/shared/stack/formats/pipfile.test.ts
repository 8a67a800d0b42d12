import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { formatPipfile, pipfileHash, pipfileObject } from '../../../../../shared/stack/formats/pipfile.ts';
import { pipfileLockObject } from '../../../../../shared/stack/formats/pipfile-lock.ts';
import { sampleLock } from '../../../../support/sample-lock.ts';
import { requirementsOf } from '../../../../support/sample-releases.ts';

describe('formatPipfile', () => {
  it('asks for the pins of the stack when nothing else was asked for', () => {
    expect(parse(formatPipfile(sampleLock(), { indexUrls: { pip: 'file:///wheels' } }))).toEqual({
      source: [{ name: 'pip', url: 'file:///wheels', verify_ssl: true }],
      packages: { numpy: '==1.26.4', scipy: { extras: ['dev'], version: '==1.12.0' } },
      'dev-packages': {},
      requires: { python_version: '3.11' },
    });
  });

  it('asks for what was asked for, each project once', () => {
    const requirements = requirementsOf(
      'numpy>=1.24,<2',
      'scipy[dev]; python_version < "3.13"',
      'dask>=2',
      'dask[array]!=2.1; sys_platform == "linux"',
      'dask<1; sys_platform == "win32"',
      'six; sys_platform == "win32"',
      'six; sys_platform == "darwin"',
    );
    expect(pipfileObject(sampleLock(), { requirements }).packages).toEqual({
      numpy: '>=1.24,<2',
      scipy: { extras: ['dev'], markers: 'python_version < "3.13"', version: '*' },
      dask: { extras: ['array'], version: '>=2,!=2.1' },
    });
  });

  it('lists every member of a merged view, and ties no package to one of them', () => {
    const indexUrls = { pip: 'file:///wheels file:///more' };
    const lock = pipfileLockObject(sampleLock(), { indexUrls });
    expect(lock._meta.sources.map(({ name, url }) => [name, url])).toEqual([
      ['pip', 'file:///wheels'],
      ['pip-2', 'file:///more'],
    ]);
    expect(lock.default['numpy']).not.toHaveProperty('index');
  });

  it('has the hash that Python computes of it', () => {
    // hashlib.sha256(json.dumps(…, sort_keys=True, separators=(",", ":")).encode()) of the same values.
    const pipfile = pipfileObject(sampleLock(), { indexUrls: { pip: 'file:///wheels/é' } });
    expect(pipfileHash(pipfile)).toBe('1538c429588ada5ff919ac37c056af5082b08755d9952d33ed6a0178e9fc0a1a');
  });
});
