import { expect, it } from 'vitest';
import { differenceOf, differenceSize } from '../../../../shared/stack/difference.ts';
import { stackId, type StackPackage } from '../../../../shared/stack/stack.ts';
import { canonicalJson, sha256Hex } from '../../../../shared/stack/canonical-json.ts';
import { linux311 } from '../../../support/monkey/knowledge.ts';

const item = (pin: string, rest: Partial<StackPackage> = {}): StackPackage => {
  const [name = '', version = ''] = pin.split(' ');
  return { name, version, index: 'pip', ...rest };
};

it('tells what was added, removed and changed, by name, and how', () => {
  const first = [item('c 1.0'), item('b 1.0'), item('a 2.0'), item('gone 1'), item('x 1', { extras: ['y'] })];
  const second = [
    item('new 1'),
    item('a 1.9'),
    item('b 1.0', { index: 'other' }),
    item('c 1.10'),
    item('x 1'),
  ];
  const difference = differenceOf(first, second);
  expect(difference.added).toEqual([item('new 1')]);
  expect(difference.removed).toEqual([item('gone 1')]);
  expect(difference.changed.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'a down',
    'b index',
    'c up',
    'x extras',
  ]);
  expect(differenceSize(difference)).toBe(6);
});

it('finds no difference between spellings of one version', () => {
  expect(differenceSize(differenceOf([item('a 1.0')], [item('a 1.0.0')]))).toBe(0);
});

it('the id of a stack is that of its canonical JSON, however it is put together', () => {
  const packages = [item('a "quoted"', { extras: ['x', 'y'] }), item('ä 1.0', { index: 'o"ther' })];
  const text = canonicalJson({ environment: linux311, packages, indexes: { pip: 'sha256:1' } });
  const id = stackId({
    environment: linux311,
    packages,
    indexFingerprints: { pip: 'sha256:1', unused: 'x' },
  });
  expect(id).toBe(`sha256:${sha256Hex(text)}`);
});
