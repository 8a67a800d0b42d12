// requirements.txt with the hashes of every package, for pip and uv with --require-hashes, and the indexes that it needs beside
// the one that installers ask anyhow.
import { formatRequirementsTxt } from '../../shared/stack/formats/requirements-txt.ts';
import { ownValue } from '../../shared/stack/own-value.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { FormatContext, StackFormat } from './stack-format.ts';

/** What pip is configured with, as syncs call it. */
const ASKED_ANYHOW = 'pip';

const text = (stack: LockedStack, context: FormatContext): string => {
  const [head = '', ...lines] = formatRequirementsTxt(stack, { hashes: true }).split('\n');
  return [head, ...indexLines(stack, context), ...lines].join('\n');
};

function indexLines({ packages }: LockedStack, { indexUrls = {} }: FormatContext): readonly string[] {
  return [...new Set(packages.map(({ index }) => index))]
    .filter((index) => index !== ASKED_ANYHOW)
    .toSorted()
    .flatMap((index) => ownValue(indexUrls, index) ?? [])
    .map((url) => `--extra-index-url ${url}`);
}

export const requirementsFormat: StackFormat = {
  name: 'requirements',
  summary: 'requirements.txt with hashes',
  text,
  files: (stack, number, context) => [{ path: `${number}.txt`, text: text(stack, context) }],
};
