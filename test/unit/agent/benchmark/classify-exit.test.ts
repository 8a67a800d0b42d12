import { describe, expect, it } from 'vitest';
import { classifyExit } from '../../../../agent/benchmark/classify-exit.ts';
import { DEFAULT_LIMITS } from '../../../../agent/benchmark/trial.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { SandboxExit } from '../../../../agent/sandbox/sandbox.ts';

const exit = (more: Partial<SandboxExit>): SandboxExit => ({
  end: 'exited',
  exitCode: null,
  signal: null,
  stderrTail: '',
  durationMs: 1,
  ...more,
});
const context = { phase: 'run', blame: 'script', limits: DEFAULT_LIMITS } as const;
const signalled = (signal: string) => classifyExit(exit({ end: 'signalled', signal }), context);

describe('how a process ended', () => {
  it('by a fault of its own is a finding about the stack', () => {
    expect(signalled('SIGSEGV')).toMatchObject({ outcome: 'failed', cause: 'stack', code: 'TROOP-1505' });
    expect(signalled('SIGABRT')).toMatchObject({ cause: 'stack' });
    expect(signalled('SIGILL')).toMatchObject({ outcome: 'unsupported_hardware', cause: 'stack' });
  });

  it('by somebody else is the fleet', () => {
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT']) {
      expect(signalled(signal)).toMatchObject({ cause: 'fleet', code: 'TROOP-1509' });
    }
    expect(classifyExit(exit({ end: 'killed' }), context).cause).toBe('fleet');
    expect(classifyExit(exit({ exitCode: 127 }), context)).toMatchObject({
      cause: 'fleet',
      code: 'TROOP-1501',
    });
  });

  it('by a limit names the limit', () => {
    expect(classifyExit(exit({ end: 'timed_out' }), context)).toMatchObject({
      outcome: 'timed_out',
      cause: 'script',
      facts: { limitMs: DEFAULT_LIMITS.launchMs },
    });
    expect(classifyExit(exit({ end: 'out_of_memory' }), context)).toMatchObject({ outcome: 'out_of_memory' });
    expect(classifyExit(exit({ end: 'output_limit' }), context)).toMatchObject({ code: 'TROOP-1508' });
    expect(classifyExit(exit({ end: 'process_limit' }), context)).toMatchObject({ code: 'TROOP-1518' });
  });

  it('is always a sentence without holes', () => {
    const ends = ['timed_out', 'out_of_memory', 'output_limit', 'process_limit', 'killed'] as const;
    const verdicts = [
      ...ends.map((end) => classifyExit(exit({ end }), context)),
      signalled('SIGILL'),
      signalled('SIGSEGV'),
      classifyExit(exit({ exitCode: 3 }), context),
      classifyExit(exit({ exitCode: 127 }), context),
    ];
    for (const { code, facts } of verdicts) expect(new TroopError(code, facts).message).not.toMatch(/[{}]/u);
  });
});
