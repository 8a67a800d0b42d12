import { describe, expect, it } from 'vitest';
import {
  explainPins,
  explainSpace,
  explainStack,
} from '../../../../../coordinator/monkey/explain/explain-space.ts';
import {
  openStateSpace,
  type StateSpaceInput,
} from '../../../../../coordinator/monkey/space/open-state-space.ts';
import type { Release } from '../../../../../shared/stack/release.ts';
import {
  linux311,
  lookupOf,
  release,
  requirements,
  stackLine,
} from '../../../../support/monkey/knowledge.ts';

const world = [
  release('app', '1.0', ['lib<2']),
  release('app', '2.0', ['lib>=2']),
  release('app', '3.0', ['lib>=3']),
  release('tool', '1.0', ['lib<2', 'core']),
  release('tool', '1.1', ['lib<2', 'core']),
  release('lib', '1.0', ['core<2']),
  release('lib', '2.0', ['core']),
  release('lib', '3.0', ['core; extra == "fast"', 'core>=2']),
  release('core', '1.0'),
  release('core', '2.0'),
  release('core', '2.1rc1'),
  release('core', '2.2', [], { requires_python: '<3' }),
];

function input(roots: readonly string[], releases: readonly Release[] = world): StateSpaceInput {
  return { requirements: requirements(...roots), lookup: lookupOf(releases), environment: linux311 };
}

const explain = (...roots: readonly string[]): readonly string[] =>
  explainSpace(openStateSpace(input(roots))).sentences;

describe('an explanation', () => {
  it('is a stack where there is one', () => {
    const { stack, sentences } = explainSpace(openStateSpace(input(['app', 'tool'])));
    expect(sentences).toEqual([]);
    expect(stack === null ? '' : stackLine(stack)).toBe('app==1.0 core==1.0 lib==1.0 tool==1.1');
  });

  it('names the two requirements that contradict each other', () => {
    expect(explain('app>=2', 'tool')).toEqual([
      'Because app 2.0 requires lib>=2, and app 3.0 requires lib>=3, app 2.0 and later requires lib 2.0 and later.',
      'And because tool requires lib<2, app 2.0 and later excludes tool.',
      'And because the request asks for tool, app 2.0 and later cannot be chosen.',
      'And because the request asks for app>=2, no stack satisfies the request.',
    ]);
  });

  it('says of what no candidate meets what was left out, and why', () => {
    expect(explain('core>=2.2')).toEqual([
      'The request asks for core>=2.2, which no candidate meets (left out 1 release: not for the Python of the target).',
    ]);
  });

  it('names the constraint that excludes everything', () => {
    const space = openStateSpace({ ...input(['app==1.0']), constraints: requirements('core>=2') });
    expect(explainSpace(space).sentences.join(' ')).toContain('the constraint core>=2 holds');
  });

  it('goes through extras', () => {
    const sentences = explain('lib[fast]', 'core<2', 'lib>=3');
    expect(sentences.at(-1)).toContain('no stack satisfies the request');
  });
});

describe('a pin', () => {
  it('is possible, shown by a stack', () => {
    expect(explainPins(input(['app']), requirements('core==1.0')).stack).not.toBeNull();
  });

  it('is excluded by a requirement', () => {
    const { stack, sentences } = explainPins(input(['app==3.0']), requirements('core==1.0'));
    expect(stack).toBeNull();
    expect(sentences.join(' ')).toContain('requires core>=2');
    expect(sentences.join(' ')).toContain('the pin is core==1.0');
    expect(sentences.join(' ')).not.toContain('the request asks for core');
  });

  it('may be of a release that is left out', () => {
    const { sentences } = explainPins(input(['app']), requirements('core==2.2'));
    expect(sentences[0]).toBe('core 2.2 of pip is left out: not for the Python of the target.');
  });

  it('may be a whole stack', () => {
    const pins = ['app==2.0', 'lib==2.0', 'core==1.0'].map((text) => {
      const [name = '', version = ''] = text.split('==');
      return { name, version, index: 'pip' };
    });
    expect(explainStack(input(['app']), pins).stack).not.toBeNull();
    const broken = pins.map((pin) => (pin.name === 'lib' ? { ...pin, version: '1.0' } : pin));
    expect(explainStack(input(['app']), broken).sentences.join(' ')).toContain('app 2.0 requires lib>=2');
  });
});
