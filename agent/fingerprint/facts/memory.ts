// Memory and swap of the machine (not of the container: see container.ts).
import type { PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { positive, systemRecord } from '../system-information.ts';
import type { MachineReader } from '../machine-reader.ts';

export const memoryFact: Fact = {
  name: 'memory',
  provides: ['memory.totalBytes', 'memory.swapBytes'],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? readMac(reader) : readLinux(reader)),
};

async function readLinux(reader: MachineReader): Promise<PartialFingerprint> {
  const text = (await reader.readFile('/proc/meminfo')) ?? '';
  return { memory: { totalBytes: bytes(text, 'MemTotal'), swapBytes: bytes(text, 'SwapTotal') } };
}

function bytes(text: string, name: string): number | null {
  const kibibytes = new RegExp(`^${name}:\\s+([0-9]+) kB$`, 'm').exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** macOS makes swap files as it needs them: their total says nothing. */
async function readMac(reader: MachineReader): Promise<PartialFingerprint> {
  const memory = await systemRecord(reader, 'mem');
  return {
    memory: { totalBytes: positive(memory['total']) },
    unknown: { 'memory.swapBytes': 'macOS has no fixed swap' },
  };
}
