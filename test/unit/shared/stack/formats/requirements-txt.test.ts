import { describe, expect, it } from 'vitest';
import {
  formatRequirementsTxt,
  parseRequirementsTxt,
  type RequirementEntry,
} from '../../../../../shared/stack/formats/requirements-txt.ts';
import { formatRequirement } from '../../../../../shared/stack/requirement.ts';
import { sampleLock } from '../../../../support/sample-lock.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

const requirementsOf = (text: string): readonly RequirementEntry[] =>
  parseRequirementsTxt(text).filter((entry) => entry.kind === 'requirement');

describe('formatRequirementsTxt', () => {
  it('writes one pin a line, with every hash', () => {
    const lock = sampleLock();
    expect(formatRequirementsTxt(lock, { hashes: true })).toBe(
      `# ${lock.stack_id}\nnumpy==1.26.4 \\\n    --hash=sha256:${a} \\\n    --hash=sha256:${b}\nscipy==1.12.0 \\\n    --hash=sha256:${b}\n`,
    );
    expect(formatRequirementsTxt(lock, { hashes: false })).toBe(
      `# ${lock.stack_id}\nnumpy==1.26.4\nscipy==1.12.0\n`,
    );
  });

  it('reads what it writes', () => {
    const lines = requirementsOf(formatRequirementsTxt(sampleLock(), { hashes: true }));
    expect(lines.map(({ requirement, sha256 }) => [formatRequirement(requirement), sha256])).toEqual([
      ['numpy==1.26.4', [a, b]],
      ['scipy==1.12.0', [b]],
    ]);
  });

  it('does not write half of the hashes', () => {
    const lock = sampleLock();
    const unhashed = { ...lock, packages: lock.packages.map((item) => ({ ...item, files: [] })) };
    expect(troopErrorOf(() => formatRequirementsTxt(unhashed, { hashes: true })).code).toBe('TROOP-1819');
  });
});

describe('parseRequirementsTxt', () => {
  it('takes files to include, indexes and options in every spelling', () => {
    const text = [
      '-r other.txt',
      '--requirement="with a space.txt"',
      '-cbounds.txt',
      '--constraint ../bounds.txt',
      '-i https://host.example/simple',
      '--extra-index-url=https://host.example/more # the other one',
      '-f ./wheels',
      '--pre',
      '--only-binary :all:',
      `numpy==1.0 --hash sha256:${a} --hash=sha256:${b.toUpperCase()}`,
    ].join('\n');
    expect(parseRequirementsTxt(text)).toMatchObject([
      { kind: 'include', path: 'other.txt', isConstraints: false, line: 1 },
      { kind: 'include', path: 'with a space.txt', isConstraints: false },
      { kind: 'include', path: 'bounds.txt', isConstraints: true },
      { kind: 'include', path: '../bounds.txt', isConstraints: true },
      { kind: 'index', option: '--index-url', location: 'https://host.example/simple' },
      { kind: 'index', option: '--extra-index-url', location: 'https://host.example/more' },
      { kind: 'index', option: '--find-links', location: './wheels' },
      { kind: 'prereleases', line: 8 },
      { kind: 'ignored', option: '--only-binary' },
      { kind: 'requirement', sha256: [a, b], line: 10 },
    ]);
  });

  it('says which option has no value', () => {
    expect(troopErrorOf(() => parseRequirementsTxt('-r')).facts).toMatchObject({
      line: 1,
      reason: '-r has no value',
    });
  });

  it('takes comments, continued lines, markers, and any end of line', () => {
    const text = [
      '\uFEFF# made by hand',
      '',
      'Numpy >= 1.24,<2 ; python_version < "3.12"  # a comment',
      'scipy \\',
      '  ==1.12.0 \\',
      '# a comment ends the line that it continues',
      '   ',
      'dask[array]\r',
      'last~=1.0 \\',
    ].join('\n');
    expect(
      requirementsOf(text).map(({ requirement, line }) => [line, formatRequirement(requirement)]),
    ).toEqual([
      [3, 'numpy>=1.24,<2; python_version < "3.12"'],
      [4, 'scipy==1.12.0'],
      [8, 'dask[array]'],
      [9, 'last~=1.0'],
    ]);
  });

  it.each([
    ['-e .', '-e'],
    ['--editable=./here', '--editable'],
    ['-r https://host.example/other.txt', '-r with a URL'],
    ['--unknown-option', '--unknown-option'],
    ['numpy --config-settings=a=b', '--config-settings'],
    ['git+https://host.example/a.git', 'a URL in place of a project'],
    ['https://host.example/a.whl', 'a URL in place of a project'],
    ['./local/project', 'a path in place of a project'],
    ['dist/numpy-1.0-py3-none-any.whl', 'a path in place of a project'],
    ['numpy @ git+https://host.example/a.git', 'numpy @ a URL'],
  ])('refuses %s by name', (text, option) => {
    const error = troopErrorOf(() => parseRequirementsTxt(`scipy\n${text}\n`));
    expect(error.code).toBe('TROOP-1816');
    expect(error.facts).toMatchObject({ line: 2, option });
  });

  it.each([
    ['numpy==', 'is not a requirement'],
    ['numpy; gpu == "1"', 'gpu'],
    [`numpy==1.0 --hash=md5:${a}`, 'SHA-256'],
    ['numpy==1.0 --hash=sha256:abc', 'SHA-256'],
  ])('names the line of %s', (text, reason) => {
    const error = troopErrorOf(() => parseRequirementsTxt(`\n\n${text}`));
    expect(error.code).toBe('TROOP-1815');
    expect(error.facts['line']).toBe(3);
    expect(error.facts['reason']).toContain(reason);
  });
});
