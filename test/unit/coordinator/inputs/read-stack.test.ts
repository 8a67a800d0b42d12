import { describe, expect, it } from 'vitest';
import { readStackText, type StackContext } from '../../../../coordinator/inputs/read-stack.ts';
import { jsonLinesFormat, plainStack } from '../../../../coordinator/export/json-lines-format.ts';
import { formatPipfileLock } from '../../../../shared/stack/formats/pipfile-lock.ts';
import { formatPylock } from '../../../../shared/stack/formats/pylock.ts';
import { sampleLock } from '../../../support/sample-lock.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const context: StackContext = { environment: { python: '3.9', platform: 'linux_aarch64' }, index: 'mine' };

describe('a stack', () => {
  it('is read from a line of troop stack sample, the first of several, or on many lines', () => {
    const lock = sampleLock();
    const line = jsonLinesFormat.text(lock, {});
    expect(readStackText(line, 'stack.json', context)).toEqual(plainStack(lock));
    expect(readStackText(line + line, 'stacks.jsonl', context)).toEqual(plainStack(lock));
    expect(readStackText(JSON.stringify(plainStack(lock), null, 2), 'x', context)).toEqual(plainStack(lock));
  });

  it('is read from locks, by name or content', () => {
    const lock = sampleLock();
    const { environment, packages } = plainStack(lock);
    expect(readStackText(formatPylock(lock), 'a/pylock.toml', context)).toMatchObject({
      environment,
      packages,
    });
    expect(readStackText(formatPylock(lock), 'anything', context)).toMatchObject({ environment, packages });
    // A Pipfile.lock tells the Python alone, and no index unless its address is known.
    expect(readStackText(formatPipfileLock(lock), 'Pipfile.lock', context)).toMatchObject({
      environment: { python: '3.11', platform: 'linux_aarch64' },
      packages: packages.map((one) => ({ ...one, index: 'mine' })),
    });
  });

  it('is read from pins, less those for other environments', () => {
    const text = 'numpy==1.26.4\npywin32==1; sys_platform == "win32"\nscipy==1.12';
    expect(readStackText(text, 'requirements.txt', context).packages).toEqual([
      { name: 'numpy', version: '1.26.4', index: 'mine' },
      { name: 'scipy', version: '1.12', index: 'mine' },
    ]);
  });

  it.each([
    ['', 'requirements.txt', 'TROOP-2006'],
    ['numpy', 'requirements.txt', 'TROOP-2006'],
    ['not JSON', 'stack.json', 'TROOP-2006'],
    ['{"packages": 1}', 'stack.json', 'TROOP-2001'],
    ['{"packages": [{"name": "a", "version": "?"}]}', 'stack.json', 'TROOP-2001'],
    [
      '{"packages": [{"name": "a", "version": "1"}, {"name": "A", "version": "2"}]}',
      'stack.json',
      'TROOP-2001',
    ],
    ['{', 'Pipfile.lock', 'TROOP-2001'],
    ['', 'pylock.toml', 'TROOP-2001'],
  ])('%j in %s is none: %s', (text, file, code) => {
    expect(troopErrorOf(() => readStackText(text, file, context)).code).toBe(code);
  });
});
