import { describe, expect, test } from 'vitest';
import { closeTrial, type TrialClosing, type TrialEnd } from '../../../../shared/inspection/close-trial.ts';
import type { ReportedFailure } from '../../../../shared/inspection/decide.ts';
import type { Failure } from '../../../../shared/inspection/failure.ts';
import type { Attempts } from '../../../../shared/inspection/job-state.ts';
import { DEFAULT_RETRY_POLICY } from '../../../../shared/inspection/retry-policy.ts';

const failure = (changes: Partial<Failure> = {}): Failure => ({
  outcome: 'failed',
  cause: 'stack',
  phase: 'import',
  code: 'TROOP-1501',
  message: 'it broke',
  ...changes,
});
const report = (stackId: string, changes: Partial<Failure> = {}): ReportedFailure => ({
  stackId,
  benchmark: 'matmul',
  failure: failure(changes),
});
const fleet = { cause: 'fleet', phase: 'fetch' } as const;
const noise = { outcome: 'measurement_rejected', cause: 'fleet', phase: 'measure' } as const;

const end = (changes: Partial<TrialEnd> = {}): TrialEnd => ({
  ending: 'completed',
  reason: null,
  failures: [],
  pending: [
    { inspectionId: 'i1', stackId: 's1', lastFailure: null },
    { inspectionId: 'i2', stackId: 's2', lastFailure: null },
  ],
  baseline: { stackId: 'base', isProved: false, isRejected: false },
  benchmarks: ['matmul', 'import'],
  countedBlocks: () => 8,
  ...changes,
});
const none: Attempts = { infra: 0, rejections: 0 };
const close = (changes: Partial<TrialEnd> = {}, attempts = none): TrialClosing =>
  closeTrial(end(changes), attempts, DEFAULT_RETRY_POLICY);

describe('a trial in which all went well', () => {
  test('decides every candidate, proves the baseline and counts nothing', () => {
    const closing = close();
    expect([...closing.decided]).toEqual([
      ['i1', { outcome: 'succeeded' }],
      ['i2', { outcome: 'succeeded' }],
    ]);
    expect(closing.baseline).toEqual({ verdict: 'proved' });
    expect(closing.counted).toEqual({ infra: false, rejection: false });
  });

  test('does not prove a baseline again', () => {
    expect(close({ baseline: { stackId: 'base', isProved: true, isRejected: false } }).baseline.verdict).toBe(
      'nothing new',
    );
  });
});

describe('a candidate that fails', () => {
  test.each(['stack', 'script', 'user'] as const)('is decided at once when the cause is %s', (cause) => {
    const closing = close({ failures: [report('s1', { cause })] });
    expect(closing.decided.get('i1')).toMatchObject({
      outcome: 'failed',
      failure: { cause },
      benchmark: 'matmul',
    });
    expect(closing.decided.get('i2')).toEqual({ outcome: 'succeeded' });
  });

  test('stays pending when it was the fleet, and one attempt is counted', () => {
    const closing = close({ failures: [report('s1', fleet)] });
    expect(closing.pending.get('i1')).toMatchObject(fleet);
    expect(closing.counted).toEqual({ infra: true, rejection: false });
  });

  test('is left to the job when the attempts are used up, with what the fleet did last', () => {
    const closing = close({ failures: [report('s1', fleet)] }, { infra: 4, rejections: 0 });
    expect(closing.pending.get('i1')).toMatchObject(fleet);
  });

  test('is judged by the failure that is its own when the fleet failed it too', () => {
    const closing = close({ failures: [report('s1', fleet), report('s1', { cause: 'stack' })] });
    expect(closing.decided.get('i1')).toMatchObject({ failure: { cause: 'stack' } });
  });
});

describe('a measurement that does not count', () => {
  test('has attempts of its own', () => {
    const closing = close({ failures: [report('s1', noise)] }, { infra: 4, rejections: 1 });
    expect(closing.pending.get('i1')).toMatchObject(noise);
    expect(closing.counted).toEqual({ infra: false, rejection: true });
    expect(
      close({ failures: [report('s1', noise)] }, { infra: 0, rejections: 2 }).decided.get('i1'),
    ).toMatchObject({
      failure: { outcome: 'measurement_rejected', cause: 'fleet' },
    });
  });

  test('is never taken for a success: a benchmark without one block that counts is a rejection', () => {
    const closing = close({
      countedBlocks: (stack, benchmark) => (stack === 's1' && benchmark === 'import' ? 0 : 8),
    });
    expect(closing.pending.get('i1')).toMatchObject({
      code: 'TROOP-1323',
      message: 'no block of import counted',
    });
    expect(closing.decided.has('i2')).toBe(true);
  });
});

describe('a trial that was broken off', () => {
  test.each(['shutdown', 'drained', 'cancelled'])('counts nothing for %s', (reason) => {
    const closing = close({ ending: 'aborted', reason });
    expect([...closing.pending.keys()]).toEqual(['i1', 'i2']);
    expect(closing.counted).toEqual({ infra: false, rejection: false });
    expect(closing.baseline.verdict).toBe('nothing new');
  });

  test('counts an attempt for any other reason', () => {
    const closing = close({ ending: 'aborted', reason: 'the disk is full' });
    expect(closing.counted.infra).toBe(true);
    expect(closing.pending.get('i1')?.message).toBe('the machine broke the trial off: the disk is full');
  });

  test('still decides what the stack itself broke', () => {
    const closing = close({ ending: 'aborted', reason: 'drained', failures: [report('s2')] });
    expect([...closing.decided.keys()]).toEqual(['i2']);
  });
});

describe('a baseline that fails', () => {
  test('is rejected for what it broke itself; its candidates stay pending at no cost', () => {
    const closing = close({ failures: [report('base')], countedBlocks: () => 0 });
    expect(closing.baseline).toMatchObject({ verdict: 'rejected', report: { stackId: 'base' } });
    expect([...closing.pending]).toEqual([
      ['i1', null],
      ['i2', null],
    ]);
    expect(closing.counted).toEqual({ infra: false, rejection: false });
  });

  test('does not save a candidate from what that one broke', () => {
    const closing = close({ failures: [report('base'), report('s1')] });
    expect([...closing.decided.keys()]).toEqual(['i1']);
  });

  test('with a script shares its failure: the script breaks everybody', () => {
    const closing = close({ failures: [report('base', { cause: 'script' })] });
    expect(closing.baseline.verdict).toBe('failed');
    expect(closing.decided.get('i1')).toMatchObject({ failure: { cause: 'script' } });
  });

  test('after it was proved is the doing of the machine', () => {
    const closing = close({
      failures: [report('base')],
      baseline: { stackId: 'base', isProved: true, isRejected: false },
    });
    expect(closing.baseline.verdict).toBe('nothing new');
    expect(closing.pending.get('i1')).toMatchObject({ cause: 'fleet' });
    expect(closing.counted.infra).toBe(true);
  });

  test('because of the fleet leaves its candidates to another attempt', () => {
    const closing = close({ failures: [report('base', fleet)] });
    expect(closing.pending.size).toBe(2);
    expect(closing.counted.infra).toBe(true);
  });
});

test('what was measured against a baseline that was rejected meanwhile is measured again, at no cost', () => {
  const closing = close({ baseline: { stackId: 'base', isProved: false, isRejected: true } });
  expect(closing.decided.size).toBe(0);
  expect(closing.counted).toEqual({ infra: false, rejection: false });
  expect(closing.baseline.verdict).toBe('nothing new');
});

test('a trial without a baseline decides its stacks alone', () => {
  const closing = close({ baseline: null });
  expect(closing.decided.size).toBe(2);
  expect(closing.baseline.verdict).toBe('nothing new');
});
