// Whether a hypervisor lies between the machine and its CPU; containers are another question (container.ts).
import type { Fact } from '../fact.ts';
import { parseKeyValues } from '../key-value.ts';
import { readCommand, readValue, type MachineReader } from '../machine-reader.ts';

export const virtualisationFact: Fact = {
  name: 'virtualisation',
  provides: ['virtualisation'],
  volatile: false,
  collect: async (reader) => {
    const virtualisation =
      (await askSystemd(reader)) ?? (await askLscpu(reader)) ?? (await askFlags(reader)) ?? null;
    return { virtualisation, unknown: { virtualisation: 'neither systemd nor lscpu nor the CPU tells it' } };
  },
};

/** Prints `none` and fails when there is none. https://www.freedesktop.org/software/systemd/man/latest/systemd-detect-virt.html */
async function askSystemd(reader: MachineReader): Promise<string | null> {
  const outcome = await reader.run(['systemd-detect-virt', '--vm'], { timeoutMs: 5000 });
  const word = outcome.kind === 'exited' ? outcome.stdout.trim() : '';
  return /^[a-z0-9-]+$/.test(word) ? word : null;
}

async function askLscpu(reader: MachineReader): Promise<string | null> {
  const answer = await readCommand(reader, ['lscpu'], 10_000);
  const vendor = parseKeyValues('output' in answer ? answer.output : '').get('Hypervisor vendor');
  return vendor === undefined ? null : vendor.toLowerCase();
}

/** On x86 a hypervisor sets a flag of its own; elsewhere its absence says nothing. */
async function askFlags(reader: MachineReader): Promise<string | null> {
  const type = await readValue(reader, '/sys/hypervisor/type');
  if (type !== null) {
    return type;
  }
  const flags = /^flags\s*:(.*)$/m.exec((await reader.readFile('/proc/cpuinfo')) ?? '')?.[1];
  if (flags === undefined) {
    return null;
  }
  return flags.split(' ').includes('hypervisor') ? 'other' : 'none';
}
