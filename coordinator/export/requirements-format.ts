// requirements.txt with the hashes of every package, for pip and uv with --require-hashes.
import { formatRequirementsTxt } from '../../shared/stack/formats/requirements-txt.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { StackFormat } from './stack-format.ts';

const text = (stack: LockedStack): string => formatRequirementsTxt(stack, { hashes: true });

export const requirementsFormat: StackFormat = {
  name: 'requirements',
  summary: 'requirements.txt with hashes',
  text,
  files: (stack, number) => [{ path: `${number}.txt`, text: text(stack) }],
};
