// Whether two threads share a core. https://docs.kernel.org/admin-guide/hw-vuln/l1tf.html (SMT control)
import type { Fact } from '../fact.ts';
import { readNumber } from '../machine-reader.ts';

export const smtFact: Fact = {
  name: 'smt',
  provides: ['cpu.smtActive'],
  volatile: false,
  collect: async (reader) => {
    const active = await readNumber(reader, '/sys/devices/system/cpu/smt/active');
    return { cpu: { smtActive: active === null ? null : active === 1 } };
  },
};
