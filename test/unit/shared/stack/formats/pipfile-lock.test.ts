import { describe, expect, it } from 'vitest';
import { formatPipfileLock } from '../../../../../shared/stack/formats/pipfile-lock.ts';
import { sampleLock } from '../../../../support/sample-lock.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

describe('formatPipfileLock', () => {
  it('writes pins, hashes, sources and the Python', () => {
    const document: unknown = JSON.parse(
      formatPipfileLock(sampleLock(), { indexUrls: { pip: 'file:///wheels' } }),
    );
    expect(document).toMatchObject({
      _meta: {
        'pipfile-spec': 6,
        requires: { python_version: '3.11' },
        sources: [{ name: 'pip', url: 'file:///wheels', verify_ssl: true }],
      },
      default: {
        numpy: {
          version: '==1.26.4',
          index: 'pip',
          hashes: [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`],
        },
        scipy: { version: '==1.12.0', extras: ['dev'] },
      },
      develop: {},
    });
  });

  it('names no source without a URL, and is the same text every time', () => {
    expect(formatPipfileLock(sampleLock())).toContain('"sources": []');
    expect(formatPipfileLock(sampleLock())).toBe(formatPipfileLock(sampleLock()));
  });

  it('needs a hash of every package', () => {
    const lock = sampleLock();
    const unhashed = { ...lock, packages: lock.packages.map((item) => ({ ...item, files: [] })) };
    expect(troopErrorOf(() => formatPipfileLock(unhashed)).code).toBe('TROOP-1819');
  });
});
