import { describe, expect, it } from 'vitest';
import { capabilitiesOf, capabilityNames, findCapability } from '../../../../shared/machine/capabilities.ts';
import { a100, machine, V2_FLAGS, V4_FLAGS } from './machines.ts';

describe('capabilities', () => {
  it('of a machine are exactly the verified ones', () => {
    expect(capabilitiesOf(machine())).toEqual(
      ['avx', 'avx2', 'bmi2', 'f16c', 'fma', 'x86-64-v1', 'x86-64-v2', 'x86-64-v3', 'x86_64'].toSorted(),
    );
  });

  it('include each generation of its GPUs, and cuda once', () => {
    const capabilities = capabilitiesOf(machine({ gpus: [a100, { ...a100, computeCapability: '8.6' }] }));
    expect(capabilities.filter((name) => /^(cuda|sm_)/.test(name))).toEqual(['cuda', 'sm_80', 'sm_86']);
  });

  it('never come from a model name', () => {
    const hidden = machine({ cpu: { modelName: 'Intel Xeon Processor (Skylake)', flags: V2_FLAGS } });
    expect(capabilitiesOf(hidden)).not.toContain('avx2');
  });

  it('are truly implied: whoever has one has all that it implies', () => {
    const arm = 'fp asimd atomics sve sve2 sme bf16 i8mm asimddp fphp'.split(' ');
    const x86 = [...V4_FLAGS, ...capabilityNames];
    const machines = [
      machine({ cpu: { flags: x86 }, gpus: [a100] }),
      machine({ cpu: { architecture: 'aarch64', flags: arm } }),
    ];
    const untrue = capabilityNames.filter((name) => {
      const owner = machines.find((each) => capabilitiesOf(each).includes(name));
      const owned = owner === undefined ? [] : capabilitiesOf(owner);
      const implied = findCapability(name)?.implies ?? [];
      return owner === undefined || implied.some((each) => !owned.includes(each));
    });
    expect(untrue).toEqual([]);
  });

  it.each([
    ['avx512f', machine(), 'needs avx512f: the CPU AMD EPYC 7302 reports no such flag'],
    ['neon', machine(), 'needs neon: the CPU AMD EPYC 7302 is x86_64'],
    [
      'x86-64-v3',
      machine({ cpu: { flags: V2_FLAGS, level: 'x86-64-v2' } }),
      'needs x86-64-v3: the CPU AMD EPYC 7302 is x86-64-v2, it reports no avx, avx2, bmi1, bmi2, f16c, fma, abm, movbe, xsave',
    ],
    ['cuda', machine(), 'needs cuda: the machine has no NVIDIA GPU'],
    [
      'cuda',
      machine({ gpus: [{ ...a100, driver: null, cudaVersion: null }] }),
      'needs cuda: the machine has NVIDIA A100-PCIE-40GB but no working NVIDIA driver',
    ],
    ['sm_90', machine({ gpus: [a100] }), "needs sm_90: the machine's GPUs are sm_80"],
  ])('say why %s is missing', (name, fingerprint, sentence) => {
    expect(findCapability(name)?.verify(fingerprint)).toEqual({ eligible: false, reasons: [sentence] });
  });

  it('that cannot be verified are told with the reason', () => {
    const unread = { ...machine(), gpus: null, unknown: { gpus: 'nvidia-smi did not answer within 20 s' } };
    expect(findCapability('cuda')?.verify(unread)).toEqual({
      eligible: false,
      reasons: ['needs cuda: the GPUs are not known: nvidia-smi did not answer within 20 s'],
    });
  });

  it('outside the vocabulary do not exist', () => {
    expect(findCapability('avx1024')).toBeNull();
    expect(findCapability('sm_x')).toBeNull();
  });
});
