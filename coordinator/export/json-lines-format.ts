// A stack as one JSON line: the form of DESIGN.md, without files.
import type { LockedStack, Stack } from '../../shared/stack/stack.ts';
import type { StackFormat } from './stack-format.ts';

export function plainStack({ stack_id, environment, packages }: LockedStack): Stack {
  return { stack_id, environment, packages: packages.map(({ files: _files, ...one }) => one) };
}

const line = (stack: LockedStack): string => `${JSON.stringify(plainStack(stack))}\n`;

export const jsonLinesFormat: StackFormat = {
  name: 'jsonl',
  summary: 'a JSON object a line',
  text: line,
  files: (stack, number) => [{ path: `${number}.json`, text: line(stack) }],
};
