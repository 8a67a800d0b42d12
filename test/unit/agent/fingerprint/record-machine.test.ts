import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordMachine } from '../../../../agent/fingerprint/record-machine.ts';
import { openRecording } from '../../../../agent/fingerprint/recorded-reader.ts';
import { redactor } from '../../../../agent/fingerprint/redact.ts';
import { facts } from '../../../../agent/fingerprint/registry.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import { fingerprintOf, recordedMachine, smallMachine } from './recorded-machines.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troop-recording-'));
});
afterEach(() => rm(folder, { recursive: true }));

const record = (reader: Awaited<ReturnType<typeof recordedMachine>>) =>
  recordMachine(folder, {
    reader,
    facts,
    clock: systemClock,
    description: 'a copy',
    secrets: { hostName: 'lab-7', userName: 'alice', homeFolder: '/home/alice' },
  });

const everythingWritten = async (): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n');
};

describe('recording a machine', () => {
  it.each(['xeon-westmere', 'arm64-altra', 'vm-hidden-flags', 'two-nvidia-gpus', 'epyc-kvm'])(
    'gives a recording with the same fingerprint: %s',
    async (name) => {
      const original = await recordedMachine(name);
      await record(original);
      const before = await fingerprintOf(original);
      const after = await fingerprintOf(await openRecording(folder));
      // The stand-in of a machine id has another digest than the id had.
      expect({ ...after, machineIdDigest: null }).toEqual({ ...before, machineIdDigest: null });
    },
  );

  it('keeps nothing that names the machine, its owner or its parts', async () => {
    await record(
      smallMachine({
        environment: { PATH: '/home/alice/.local/bin:/usr/bin', HOME: '/home/alice' },
        values: {
          '/etc/machine-id': '0123456789abcdef0123456789abcdef',
          '/proc/sys/kernel/version': '#1 SMP built by alice@lab-7',
          '/proc/self/cgroup': `0::/docker/${'ab'.repeat(32)}`,
        },
        folders: { '/opt': ['secret-project'], '/home/alice/.local/bin': ['python3.11'] },
        links: { '/home/alice/.local/bin/python3.11': '/home/alice/.local/bin/python3.11' },
        commands: {
          'nvidia-smi --query-gpu=name,uuid,memory.total,driver_version,compute_cap --format=csv,noheader,nounits':
            {
              kind: 'exited',
              exitCode: 0,
              stdout: 'NVIDIA T4, GPU-b5169cef-2205-c30e-f2b3-220cfa14bafd, 15360, 550.54.15, 7.5\n',
              stderr: '',
            },
        },
      }),
    );
    const written = await everythingWritten();
    expect(written).toContain('NVIDIA T4, GPU-00000000-');
    expect(written).toContain('/home/user/.local/bin/python3.11');
    for (const secret of ['alice', 'lab-7', '0123456789abcdef', 'abab', 'b5169cef', 'secret-project']) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('redacting', () => {
  const redact = redactor({ hostName: 'vm', userName: 'root', homeFolder: '/root' });

  it('replaces names only where they stand alone', () => {
    expect(redact('flags: vmx svm; host vm; /root/bin chroot root')).toBe(
      'flags: vmx svm; host machine; /home/user/bin chroot user',
    );
  });

  it('gives the same stand-in to the same secret, and another to another', () => {
    const [first, second, again] = ['a', 'b', 'a'].map((letter) => redact(`id ${letter.repeat(32)}`));
    expect(first).toBe(again);
    expect(first).not.toBe(second);
  });
});
