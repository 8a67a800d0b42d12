// What the CPU is and can do, as the kernel says it. Flags are those that every CPU of the machine has: code may be
// moved between them.
import { cpuLevel } from '../../../shared/machine/cpu-level.ts';
import type { CpuFacts, PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { parseKeyValues, parseWhole } from '../key-value.ts';
import { readCommand, type MachineReader } from '../machine-reader.ts';
import { readMacCpu } from '../mac-cpu.ts';

export const cpuFact: Fact = {
  name: 'cpu',
  provides: [
    'cpu.architecture',
    'cpu.vendor',
    'cpu.modelName',
    'cpu.family',
    'cpu.model',
    'cpu.stepping',
    'cpu.flags',
    'cpu.level',
    'cpu.microcode',
  ],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? readMacCpu(reader) : readLinuxCpu(reader)),
};

async function readLinuxCpu(reader: MachineReader): Promise<PartialFingerprint> {
  const text = await reader.readFile('/proc/cpuinfo');
  const architecture = await readArchitecture(reader);
  if (text === null) {
    return { cpu: { architecture }, unknown: unreadable('/proc/cpuinfo cannot be read') };
  }
  const cpus = text
    .split(/\n\s*\n/)
    .map((block) => parseKeyValues(block))
    .filter((cpu) => cpu.has('processor'));
  const [first] = cpus;
  if (first === undefined) {
    return { cpu: { architecture }, unknown: unreadable('/proc/cpuinfo lists no CPU') };
  }
  const flags = commonFlags(cpus);
  const identity = first.has('vendor_id') ? x86Identity(first) : await armIdentity(first, reader);
  const level = architecture === null || flags === null ? null : cpuLevel(architecture, flags);
  return { cpu: { ...identity, architecture, flags, level }, unknown: whatIsMissing(architecture, flags) };
}

const unreadable = (reason: string): Record<string, string> =>
  Object.fromEntries(cpuFact.provides.slice(1).map((name) => [name, reason]));

function whatIsMissing(architecture: string | null, flags: readonly string[] | null): Record<string, string> {
  if (flags === null) {
    return { 'cpu.flags': '/proc/cpuinfo names no flags', 'cpu.level': 'the flags are not known' };
  }
  return { 'cpu.level': `the flags of this ${architecture ?? 'CPU'} reach no level` };
}

/** The word of `uname -m`; a 32-bit user land on a 64-bit kernel shows in the interpreters, not here. */
async function readArchitecture(reader: MachineReader): Promise<string | null> {
  const answer = await readCommand(reader, ['uname', '-m'], 5000);
  const name = 'output' in answer ? answer.output.trim() : '';
  if (name === 'arm64') {
    return 'aarch64';
  }
  return name === '' ? null : name;
}

function commonFlags(cpus: readonly ReadonlyMap<string, string>[]): readonly string[] | null {
  const each = cpus.map((cpu) => cpu.get('flags') ?? cpu.get('Features'));
  const [first, ...others] = each;
  if (first === undefined || others.includes(undefined)) {
    return null;
  }
  const different = [...new Set(others)]
    .filter((text) => text !== first)
    .map((text) => new Set(text?.split(' ')));
  return [...new Set(first.split(' '))]
    .filter((flag) => flag !== '' && different.every((flags) => flags.has(flag)))
    .toSorted();
}

function x86Identity(cpu: ReadonlyMap<string, string>): Partial<CpuFacts> {
  return {
    vendor: cpu.get('vendor_id') ?? null,
    modelName: cpu.get('model name')?.replace(/\s+/g, ' ') ?? null,
    family: parseWhole(cpu.get('cpu family')),
    model: parseWhole(cpu.get('model')),
    stepping: parseWhole(cpu.get('stepping')),
    microcode: cpu.get('microcode') ?? null,
  };
}

// Implementer codes of MIDR_EL1: https://developer.arm.com/documentation/ddi0601/latest/AArch64-Registers/MIDR-EL1--Main-ID-Register
const ARM_IMPLEMENTERS: ReadonlyMap<string, string> = new Map([
  ['0x41', 'ARM'],
  ['0x42', 'Broadcom'],
  ['0x43', 'Cavium'],
  ['0x46', 'Fujitsu'],
  ['0x48', 'HiSilicon'],
  ['0x4e', 'NVIDIA'],
  ['0x50', 'APM'],
  ['0x51', 'Qualcomm'],
  ['0x61', 'Apple'],
  ['0xc0', 'Ampere'],
]);

/** Arm kernels give codes: part is the model, revision the stepping. The name comes from `lscpu`, which knows them. */
async function armIdentity(
  cpu: ReadonlyMap<string, string>,
  reader: MachineReader,
): Promise<Partial<CpuFacts>> {
  const implementer = cpu.get('CPU implementer');
  const answer = await readCommand(reader, ['lscpu'], 10_000);
  const lscpu = parseKeyValues('output' in answer ? answer.output : '');
  const name = lscpu.get('Model name');
  return {
    vendor: ARM_IMPLEMENTERS.get(implementer ?? '') ?? implementer ?? null,
    modelName: name === undefined || name === '-' ? null : name,
    family: parseWhole(cpu.get('CPU architecture')),
    model: parseWhole(cpu.get('CPU part')),
    stepping: parseWhole(cpu.get('CPU revision')),
  };
}
