import { expect, it } from 'vitest';
import { labelStacks, shortId, type LabelledStack } from '../../../../coordinator/analysis/stack-label.ts';

let count = 0;
/** `numpy 1.26.4` or `numpy 1.26.4 @avx2`. */
const stack = (...packages: readonly string[]): LabelledStack => ({
  stackId: `sha256:${String((count += 1)).padStart(64, '0')}`,
  packages: packages.map((text) => {
    const [name = '', version = '', index = '@pip'] = text.split(' ');
    return { name, version, index: index.slice(1) };
  }),
});

const labels = (stacks: readonly LabelledStack[], ...roots: readonly string[]): string[] => [
  ...labelStacks(stacks, roots).values(),
];

it('names the versions by which stacks differ, those asked for first', () => {
  const stacks = [stack('a 1', 'numpy 1', 'scipy 1', 'z 1'), stack('a 2', 'numpy 2', 'scipy 2', 'z 1')];
  expect(labels(stacks, 'scipy', 'numpy')).toEqual(['scipy 1, numpy 1, a 1', 'scipy 2, numpy 2, a 2']);
});

it('names a package that only some of them have', () => {
  expect(labels([stack('a 1', 'b 1'), stack('a 1')], 'a')).toEqual(['b 1', '']);
});

it('names what was asked for when they differ in nothing', () => {
  expect(labels([stack('numpy 1', 'scipy 1')], 'numpy')).toEqual(['numpy 1']);
});

it('says how much it leaves out', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const [first] = labels([
    stack(...names.map((name) => `${name} 1`)),
    stack(...names.map((name) => `${name} 2`)),
  ]);
  expect(first).toBe('a 1, b 1, c 1, d 1 and 2 more');
});

it('names the index where there are several, in one stack or between stacks', () => {
  expect(labels([stack('a 1 @pip'), stack('a 1 @avx2')], 'a')).toEqual(['a 1 (pip)', 'a 1 (avx2)']);
  expect(labels([stack('a 1', 'b 1 @avx2'), stack('a 2', 'b 1 @avx2')], 'a')).toEqual([
    'a 1 (pip)',
    'a 2 (pip)',
  ]);
});

it('tells stacks apart that show no difference, by their ids', () => {
  const two = [stack('a 1'), stack('a 1')];
  expect(labels(two, 'a')).toEqual(two.map(({ stackId }) => `a 1 [${shortId(stackId)}]`));
});
