import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { formatPylock } from '../../../../../shared/stack/formats/pylock.ts';
import { sampleLock } from '../../../../support/sample-lock.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

describe('formatPylock', () => {
  it('writes what PEP 751 requires, and what ties the lock to the stack', () => {
    const lock = sampleLock();
    const document = parse(formatPylock(lock, { indexUrls: { pip: 'file:///wheels' } }));
    expect(document).toMatchObject({
      'lock-version': '1.0',
      'created-by': 'troop',
      'requires-python': '==3.11.*',
      environments: [
        "implementation_name == 'cpython' and platform_machine == 'x86_64' and sys_platform == 'linux'",
      ],
      tool: {
        troop: { 'stack-id': lock.stack_id, 'lock-digest': lock.lock_digest, platform: 'linux_x86_64' },
      },
    });
    const packages = document['packages'];
    expect(packages).toMatchObject([
      {
        name: 'numpy',
        version: '1.26.4',
        'requires-python': '>=3.9',
        index: 'file:///wheels',
        wheels: [
          { url: 'file:///wheels/numpy-28.whl', size: 18_000_000, hashes: { sha256: 'a'.repeat(64) } },
          { url: 'file:///wheels/numpy-17.whl' },
        ],
      },
      { name: 'scipy', wheels: [{ path: 'scipy-1.12.0-cp311-cp311-manylinux_2_17_x86_64.whl' }] },
    ]);
  });

  it('writes times as TOML times', () => {
    expect(formatPylock(sampleLock())).toMatch(/upload-time = 2024-02-05T23:51:50\.123/);
  });

  it('needs a hash of every package', () => {
    const lock = sampleLock();
    const unhashed = { ...lock, packages: lock.packages.map((item) => ({ ...item, files: [] })) };
    expect(troopErrorOf(() => formatPylock(unhashed)).code).toBe('TROOP-1819');
  });
});
