// Pipfile and Pipfile.lock, a folder a stack, as Thoth's Dependency Monkey writes them; printed, either of the two.
import { formatPipfile } from '../../shared/stack/formats/pipfile.ts';
import { formatPipfileLock } from '../../shared/stack/formats/pipfile-lock.ts';
import type { StackFormat } from './stack-format.ts';

const files: StackFormat['files'] = (stack, number, context) => [
  { path: `${number}/Pipfile`, text: formatPipfile(stack, context) },
  { path: `${number}/Pipfile.lock`, text: formatPipfileLock(stack, context) },
];

export const pipfileFormat: StackFormat = {
  name: 'pipfile',
  summary: 'Pipfile; with --output also its lock',
  text: formatPipfile,
  files,
};

export const pipfileLockFormat: StackFormat = {
  name: 'pipfile-lock',
  summary: 'Pipfile.lock; with --output also its Pipfile',
  text: formatPipfileLock,
  files,
};
