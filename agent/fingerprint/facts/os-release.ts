// The distribution. https://www.freedesktop.org/software/systemd/man/latest/os-release.html
import type { PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { parseKeyValues } from '../key-value.ts';
import { nonEmpty, systemRecord } from '../system-information.ts';
import type { MachineReader } from '../machine-reader.ts';

export const osReleaseFact: Fact = {
  name: 'os-release',
  provides: ['os.id', 'os.version', 'os.prettyName'],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? readMac(reader) : readLinux(reader)),
};

async function readLinux(reader: MachineReader): Promise<PartialFingerprint> {
  const text = (await reader.readFile('/etc/os-release')) ?? (await reader.readFile('/usr/lib/os-release'));
  const values = parseKeyValues(text ?? '', '=');
  const read = (name: string): string | null => nonEmpty(values.get(name)?.replace(/^(["'])(.*)\1$/, '$2'));
  return {
    os: { id: read('ID'), version: read('VERSION_ID'), prettyName: read('PRETTY_NAME') },
    unknown: { 'os.version': 'the distribution has no version (a rolling release)' },
  };
}

async function readMac(reader: MachineReader): Promise<PartialFingerprint> {
  const os = await systemRecord(reader, 'osInfo');
  const version = nonEmpty(os['release']);
  const name = nonEmpty(os['distro']);
  return {
    os: { id: 'macos', version, prettyName: name === null ? null : `${name} ${version ?? ''}`.trim() },
  };
}
