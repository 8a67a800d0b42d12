import { describe, expect, it } from 'vitest';
import { parseCoreList, readAllowedCores } from '../../../../agent/benchmark/allowed-cores.ts';

describe('the cores that may be used', () => {
  it('are read from ranges and single numbers', () => {
    expect(parseCoreList('0-2,8,10-11\n')).toEqual([0, 1, 2, 8, 10, 11]);
    expect(parseCoreList('')).toEqual([]);
  });

  it('are none where the system does not tell', async () => {
    expect(await readAllowedCores(() => Promise.resolve(null))).toEqual([]);
    const status = 'Name:\tnode\nCpus_allowed:\t5\nCpus_allowed_list:\t0,2\n';
    expect(await readAllowedCores(() => Promise.resolve(status))).toEqual([0, 2]);
  });
});
