// pylock.toml. In a folder the files are `pylock.<n>.toml`: installers take no other name for a lock (PEP 751).
import { formatPylock } from '../../shared/stack/formats/pylock.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { FormatContext, StackFormat } from './stack-format.ts';

const text = (stack: LockedStack, { indexUrls }: FormatContext): string => formatPylock(stack, { indexUrls });

export const pylockFormat: StackFormat = {
  name: 'pylock',
  summary: 'pylock.toml (PEP 751)',
  text,
  files: (stack, number, context) => [{ path: `pylock.${number}.toml`, text: text(stack, context) }],
};
