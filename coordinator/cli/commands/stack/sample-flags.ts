// What `troop stack sample` may be asked for.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { Shard } from '../../../sampling/shard.ts';
import type { OutputFlags } from '../../stack-output.ts';
import type { SpaceFlags } from './space-flags.ts';

export interface SampleFlags extends SpaceFlags, OutputFlags {
  readonly count: string;
  readonly seed: string;
  readonly strategy: string;
  readonly parameter?: readonly string[];
  readonly shard?: string;
  readonly resume?: string;
}

/** `2/5`: the second of five. @throws TROOP-1002 */
export function readShard(text: string): Shard {
  const [, index = '', of = ''] = /^([0-9]{1,9})\/([0-9]{1,9})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new TroopError('TROOP-1002', {
    what: '--shard',
    reason: `'${text}' is no part such as 2/5, the second of five`,
  });
}

/** What an earlier call said. @throws TROOP-1002 */
export function readResume(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const reason = `'${text}' is not what 'troop stack sample' said on its last line`;
    throw new TroopError('TROOP-1002', { what: '--resume', reason });
  }
}

/** `packages=["numpy"]`, or a plain word after the sign: what strategies are told. @throws TROOP-1002 */
export function readParameters(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text): [string, unknown] => {
      const [, name, value] = /^([a-zA-Z][a-zA-Z0-9-]*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new TroopError('TROOP-1002', { what: '--parameter', reason: `'${text}' is no NAME=VALUE` });
      }
      return [name, jsonOrText(value)];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
