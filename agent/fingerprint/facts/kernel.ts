// The running kernel, in its own words.
import type { Fact } from '../fact.ts';
import { readCommand, readValue, type MachineReader } from '../machine-reader.ts';

export const kernelFact: Fact = {
  name: 'kernel',
  provides: ['kernel.name', 'kernel.release', 'kernel.version'],
  volatile: false,
  collect: async (reader) => ({
    kernel: {
      name: await readOr(reader, '/proc/sys/kernel/ostype', '-s'),
      release: await readOr(reader, '/proc/sys/kernel/osrelease', '-r'),
      version: await readOr(reader, '/proc/sys/kernel/version', '-v'),
    },
  }),
};

async function readOr(reader: MachineReader, path: string, option: string): Promise<string | null> {
  const value = await readValue(reader, path);
  if (value !== null) {
    return value;
  }
  const answer = await readCommand(reader, ['uname', option], 5000);
  return 'output' in answer && answer.output.trim() !== '' ? answer.output.trim() : null;
}
