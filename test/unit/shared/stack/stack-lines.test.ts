import { describe, expect, it } from 'vitest';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import { StackLines } from '../../../../shared/stack/stack-lines.ts';
import { makeStack, type StackPackage } from '../../../../shared/stack/stack.ts';

describe('stacks as lines', () => {
  it('are what JSON.stringify makes of them, the first time and again', () => {
    const shared: StackPackage = { name: 'a', version: '1.0', index: 'an "index"', extras: ['x', 'y'] };
    const stacks = ['3.11', '3.12'].flatMap((python) =>
      [[], [shared], [shared, { name: 'b', version: '2', index: 'pip', variant: 'x86_64_v3' }]].map(
        (packages) => makeStack({ environment: canonicalEnvironment({ python }), packages }),
      ),
    );
    const lines = new StackLines();
    for (const stack of [...stacks, ...stacks]) {
      expect(lines.line(stack)).toBe(JSON.stringify(stack));
    }
  });
});
