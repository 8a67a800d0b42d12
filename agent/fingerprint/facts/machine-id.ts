// Tells machines apart without naming them: the id itself is confidential, so a salted digest of it is told.
// https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
import { createHash } from 'node:crypto';
import type { Fact } from '../fact.ts';
import { readValue } from '../machine-reader.ts';

export const machineIdFact: Fact = {
  name: 'machine-id',
  provides: ['machineIdDigest'],
  volatile: false,
  collect: async (reader) => {
    const id =
      (await readValue(reader, '/etc/machine-id')) ?? (await readValue(reader, '/var/lib/dbus/machine-id'));
    if (id === null || !/^[0-9a-f]{32}$/.test(id)) {
      return { unknown: { machineIdDigest: 'the system has no machine id' } };
    }
    return { machineIdDigest: createHash('sha256').update(`troop machine ${id}`).digest('hex') };
  },
};
