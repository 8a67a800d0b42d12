import { describe, expect, it } from 'vitest';
import { hardwareDifferences, hardwareDigest } from '../../../../shared/machine/hardware.ts';
import { a100, machine } from './machines.ts';

describe('the digest of the hardware', () => {
  it('is a SHA-256 that does not depend on the order in which facts were read', () => {
    const reversed = Object.fromEntries(Object.entries(machine()).toReversed()) as ReturnType<typeof machine>;
    expect(hardwareDigest(machine())).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(hardwareDigest(reversed)).toBe(hardwareDigest(machine()));
  });

  it.each([
    ['the governor', { cpu: { governor: 'performance', turbo: false } }],
    ['interpreters', { interpreters: [] }],
    ['tools', { tools: { uv: { path: '/usr/bin/uv', version: '1' } } }],
    ['huge pages', { kernel: { transparentHugePages: 'always' } }],
    ['a few kilobytes that the kernel keeps', { memory: { totalBytes: 32 * 2 ** 30 - 5_000_000 } }],
    ['swap', { memory: { swapBytes: 1 } }],
  ])('stays when %s change', (_what, change) => {
    expect(hardwareDigest(machine(change))).toBe(hardwareDigest(machine()));
    expect(hardwareDifferences(machine(), machine(change))).toEqual([]);
  });

  it.each([
    ['cpu.microcode', { cpu: { microcode: '0x2' } }],
    ['cpu.flags', { cpu: { flags: ['sse'] } }],
    ['kernel.release', { kernel: { release: '6.9' } }],
    ['firmware', { firmware: '1.1' }],
    ['gpus', { gpus: [a100] }],
    ['memory.totalBytes', { memory: { totalBytes: 64 * 2 ** 30 } }],
    ['container.cpuLimit', { container: { cpuLimit: 4 } }],
  ])('changes with %s, and the difference names it', (fact, change) => {
    expect(hardwareDigest(machine(change))).not.toBe(hardwareDigest(machine()));
    expect(hardwareDifferences(machine(), machine(change)).map((each) => each.fact)).toEqual([fact]);
  });

  it('does not depend on the order of GPUs', () => {
    const other = { ...a100, uuid: 'GPU-2' };
    expect(hardwareDigest(machine({ gpus: [a100, other] }))).toBe(
      hardwareDigest(machine({ gpus: [other, a100] })),
    );
  });
});
