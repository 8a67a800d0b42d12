// The C library: it decides which wheels can be loaded (PEP 600, PEP 656).
import type { PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { readCommand, type MachineReader } from '../machine-reader.ts';

const TIMEOUT_MS = 5000;

export const libcFact: Fact = {
  name: 'libc',
  provides: ['libc.family', 'libc.version'],
  volatile: false,
  collect: async (reader) => {
    if (reader.platform === 'darwin') {
      return {
        libc: { family: 'system' },
        unknown: { 'libc.version': 'the libc of macOS goes with its version' },
      };
    }
    return (await readGlibc(reader)) ?? (await readMusl(reader)) ?? unknownLibc;
  },
};

const unknownLibc: PartialFingerprint = {
  unknown: {
    'libc.family': 'neither getconf nor ldd nor a musl loader tells it',
    'libc.version': 'the C library is not known',
  },
};

async function readGlibc(reader: MachineReader): Promise<PartialFingerprint | null> {
  const answer = await readCommand(reader, ['getconf', 'GNU_LIBC_VERSION'], TIMEOUT_MS);
  const version = /^glibc ([0-9]+\.[0-9]+)/.exec('output' in answer ? answer.output : '')?.[1];
  if (version !== undefined) {
    return { libc: { family: 'glibc', version } };
  }
  const ldd = await readCommand(reader, ['ldd', '--version'], TIMEOUT_MS);
  const fromLdd = /^ldd \(.*\) ([0-9]+\.[0-9]+)/m.exec('output' in ldd ? ldd.output : '')?.[1];
  return fromLdd === undefined ? null : { libc: { family: 'glibc', version: fromLdd } };
}

/** The loader of musl prints its version, and fails, when called without a program. */
async function readMusl(reader: MachineReader): Promise<PartialFingerprint | null> {
  const loader = (await reader.listFolder('/lib')).find((name) => /^ld-musl-.*\.so\.1$/.test(name));
  if (loader === undefined) {
    return null;
  }
  const outcome = await reader.run([`/lib/${loader}`], { timeoutMs: TIMEOUT_MS });
  const version = /^Version ([0-9]+\.[0-9]+)/m.exec(outcome.kind === 'exited' ? outcome.stderr : '')?.[1];
  return { libc: { family: 'musl', version: version ?? null } };
}
