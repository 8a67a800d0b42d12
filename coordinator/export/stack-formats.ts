// Every format of stacks, by name.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { amunFormat } from './amun-format.ts';
import { jsonLinesFormat } from './json-lines-format.ts';
import { pipfileFormat, pipfileLockFormat } from './pipfile-format.ts';
import { pylockFormat } from './pylock-format.ts';
import { requirementsFormat } from './requirements-format.ts';
import type { StackFormat } from './stack-format.ts';

export const stackFormats: readonly StackFormat[] = [
  jsonLinesFormat,
  requirementsFormat,
  pylockFormat,
  pipfileFormat,
  pipfileLockFormat,
  amunFormat,
];

/** @throws TROOP-1002 */
export function stackFormatNamed(name: string): StackFormat {
  const found = stackFormats.find((format) => format.name === name);
  if (found !== undefined) return found;
  const known = stackFormats.map((format) => format.name).join(', ');
  throw new TroopError('TROOP-1002', { what: '--format', reason: `'${name}' is none of ${known}` });
}
