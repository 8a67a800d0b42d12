// Every format of the registry gives the same answers to the same questions; what each of them writes is told after that.
import { describe, expect, it } from 'vitest';
import { amunContext } from '../../../../coordinator/export/amun-format.ts';
import type { FormatContext } from '../../../../coordinator/export/stack-format.ts';
import { stackFormatNamed, stackFormats } from '../../../../coordinator/export/stack-formats.ts';
import { readStackText } from '../../../../coordinator/inputs/read-stack.ts';
import { sampleLock, sampleVariantLock } from '../../../support/sample-lock.ts';
import { requirementsOf } from '../../../support/sample-releases.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const context: FormatContext = {
  requirements: requirementsOf('numpy>=1.24', 'scipy'),
  constraints: requirementsOf('six<2; python_version >= "3.8"'),
  indexUrls: { pip: 'file:///wheels' },
  amun: { base: 'registry.example/base', batch_size: 2 },
};

describe.each(stackFormats.map((format) => [format.name, format] as const))(
  'the format %s',
  (name, format) => {
    const lock = sampleLock();

    it('is found by its name', () => {
      expect(stackFormatNamed(name)).toBe(format);
      expect(format.summary).not.toBe('');
    });

    it('writes the same stack the same way, with an end of line', () => {
      const text = format.text(lock, context);
      expect(format.text(sampleLock(), context)).toBe(text);
      expect(text.endsWith('\n')).toBe(true);
    });

    it('takes no name of an index for what every object has by that name', () => {
      const packages = lock.packages.map((item) => ({ ...item, index: 'constructor' }));
      const unnamed = format.text({ ...lock, packages }, { ...context, indexUrls: {} });
      expect(unnamed).not.toContain('native code');
    });

    it('gives each stack of a folder files of its own, inside it', () => {
      const first = format.files(lock, 1, context).map(({ path }) => path);
      const second = format.files(lock, 2, context).map(({ path }) => path);
      expect(first.length).toBeGreaterThan(0);
      expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
      for (const path of [...first, ...second]) expect(path).toMatch(/^[a-zA-Z0-9.]+(?:\/[a-zA-Z.]+)?$/);
    });

    it('names every package of the stack', () => {
      const text = format
        .files(lock, 1, context)
        .map((file) => file.text)
        .join('');
      for (const { name: project, version } of lock.packages) {
        expect(text).toContain(project);
        expect(text).toContain(version);
      }
    });
  },
);

describe('a stack with a variant wheel', () => {
  const lock = sampleVariantLock();

  it.each(['requirements', 'pipfile', 'pipfile-lock', 'amun'])(
    'is refused by %s, which would install another',
    (name) => {
      const format = stackFormatNamed(name);
      for (const written of [context, { ...context, requirements: undefined }] as FormatContext[]) {
        for (const write of [() => format.text(lock, written), () => format.files(lock, 1, written)]) {
          const { code, message, hint } = troopErrorOf(write);
          expect(code).toBe('TROOP-1821');
          expect(message).toContain('numpy 1.26.4 has wheel variants (variant x86_64_v3)');
          expect(hint).toContain('--format jsonl');
        }
      }
    },
  );

  it.each(['jsonl', 'pylock'])('is written by %s, and read as the same', (name) => {
    const text = stackFormatNamed(name).text(lock, context);
    const read = readStackText(text, 'stack', { environment: { python: '3.9' }, index: 'mine' });
    expect(read.stack_id).toBe(lock.stack_id);
    expect(read.packages[0]?.variant).toBe('x86_64_v3');
  });

  it('is refused by every format that names files once it holds several', () => {
    const [numpy, scipy] = lock.packages;
    const [plain] = sampleLock().packages;
    if (numpy === undefined || scipy === undefined || plain === undefined) throw new Error('three packages');
    const { variant: _variant, ...unnamed } = numpy;
    for (const files of [
      [...numpy.files, ...plain.files],
      [...plain.files, ...numpy.files],
    ]) {
      for (const item of [
        { ...numpy, files },
        { ...unnamed, files },
      ]) {
        const several = { ...lock, packages: [item, scipy] };
        for (const name of ['pylock', 'requirements', 'pipfile-lock']) {
          const { code, message } = troopErrorOf(() => stackFormatNamed(name).text(several, context));
          expect(code).toBe('TROOP-1821');
          expect(message).toMatch(/plain.*variant x86_64_v3|variant x86_64_v3.*plain/);
        }
      }
    }
  });
});

describe('requirements.txt', () => {
  const [first, ...others] = sampleLock().packages;
  const own = first === undefined ? [] : [{ ...first, index: 'own' }];
  const lock = { ...sampleLock(), packages: [...own, ...others] };
  const written = (indexUrls: Readonly<Record<string, string>>): string =>
    stackFormatNamed('requirements').text(lock, { indexUrls });

  it('names the indexes that installers do not ask anyhow, and is read as the same pins', () => {
    const urls = {
      own: 'https://own.example/simple/',
      pip: 'https://configured.example/simple/',
      not: 'https://a.example',
    };
    const text = written(urls);
    expect(text.match(/^--.*$/gm)).toEqual(['--extra-index-url https://own.example/simple/']);
    const read = readStackText(text, 'requirements.txt', { environment: { python: '3.9' }, index: 'mine' });
    expect(read.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(
      lock.packages.map(({ name, version }) => `${name} ${version}`),
    );
  });

  it('names none of which no address is known', () => {
    expect(written({})).not.toMatch(/^--/m);
  });
});

describe('an unknown format', () => {
  it('is refused with those that there are', () => {
    expect(troopErrorOf(() => stackFormatNamed('yaml')).facts['reason']).toContain('pylock');
  });
});

describe('a folder', () => {
  it.each([
    ['jsonl', '7.json'],
    ['requirements', '7.txt'],
    ['pylock', 'pylock.7.toml'],
    ['pipfile', '7/Pipfile.lock'],
    ['pipfile-lock', '7/Pipfile.lock'],
  ])('of %s can be read again', (name, path) => {
    const file = stackFormatNamed(name)
      .files(sampleLock(), 7, context)
      .find((one) => one.path === path);
    const stack = readStackText(file?.text ?? '', path, { environment: { python: '3.11' }, index: 'pip' });
    expect(stack.packages.map((one) => one.version)).toEqual(['1.26.4', '1.12.0']);
  });
});

describe("Amun's specification", () => {
  it('is the context with Pipfile, lock and constraints', () => {
    const value: unknown = JSON.parse(stackFormatNamed('amun').text(sampleLock(), context));
    expect(value).toEqual({
      base: 'registry.example/base',
      batch_size: 2,
      python: {
        requirements: {
          packages: { numpy: '>=1.24', scipy: '*' },
          'dev-packages': {},
          requires: { python_version: '3.11' },
          source: [{ name: 'pip', url: 'file:///wheels', verify_ssl: true }],
        },
        requirements_locked: {
          _meta: {
            hash: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
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
            scipy: {
              version: '==1.12.0',
              index: 'pip',
              hashes: [`sha256:${'b'.repeat(64)}`],
              extras: ['dev'],
            },
          },
          develop: {},
        },
        constraints: [{ name: 'six', version: '<2', markers: 'python_version >= "3.8"' }],
      },
    });
  });

  it.each([
    ['[', 'the context is not JSON'],
    ['[]', 'the context is no object'],
    ['{}', 'the context has no "base"'],
    ['{"base": ""}', 'the context has no "base"'],
    ['{"base": "a", "python": {}}', 'the context has a "python" of its own'],
  ])('needs a context, and %s is none', (text, reason) => {
    expect(troopErrorOf(() => amunContext(text))).toMatchObject({ code: 'TROOP-2009', facts: { reason } });
  });

  it('is not written without one', () => {
    const { amun: _amun, ...without } = context;
    expect(troopErrorOf(() => stackFormatNamed('amun').text(sampleLock(), without)).code).toBe('TROOP-2009');
  });
});
