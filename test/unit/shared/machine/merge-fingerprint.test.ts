import { describe, expect, it } from 'vitest';
import { emptyFingerprint } from '../../../../shared/machine/fingerprint.ts';
import { mergeFingerprint, nullFacts } from '../../../../shared/machine/merge-fingerprint.ts';

describe('merging findings', () => {
  it('gives every fact that stays null a reason, the own one where there is one', () => {
    const merged = mergeFingerprint([{ unknown: { 'cpu.governor': 'no driver' } }]);
    expect(Object.keys(merged.unknown)).toEqual(nullFacts(emptyFingerprint));
    expect(merged.unknown['cpu.governor']).toBe('no driver');
    expect(merged.unknown['gpus']).toBe('nothing on this machine tells it');
  });

  it('forgets the reason of a fact that another finding knows', () => {
    const merged = mergeFingerprint([
      { unknown: { 'cpu.governor': 'no driver', gpus: 'broken' } },
      { cpu: { governor: 'performance' }, gpus: [] },
      { cpu: { governor: null } },
    ]);
    expect(merged.cpu.governor).toBe('performance');
    expect(merged.unknown).not.toHaveProperty(['cpu.governor']);
    expect(merged.unknown).not.toHaveProperty('gpus');
  });

  it('keeps what is told about one of several', () => {
    const merged = mergeFingerprint([
      { interpreters: [], unknown: { 'interpreters: /usr/bin/python3.6': 'it hangs' } },
    ]);
    expect(merged.unknown['interpreters: /usr/bin/python3.6']).toBe('it hangs');
  });

  it('keeps 0, false and empty texts: they are facts', () => {
    const merged = mergeFingerprint([
      { memory: { swapBytes: 0 }, cpu: { smtActive: false }, kernel: { isolatedCpus: '' } },
    ]);
    expect([merged.memory.swapBytes, merged.cpu.smtActive, merged.kernel.isolatedCpus]).toEqual([
      0,
      false,
      '',
    ]);
    expect(Object.keys(merged.unknown)).not.toContain('memory.swapBytes');
  });
});
