// The CPU of a Mac, where the kernel answers through `sysctl`. Names of flags become those of Linux.
import { cpuLevel } from '../../shared/machine/cpu-level.ts';
import type { PartialFingerprint } from '../../shared/machine/fingerprint.ts';
import { parseKeyValues, parseWhole } from './key-value.ts';
import { readCommand, type MachineReader } from './machine-reader.ts';

// Where lower-casing and replacing dots is not enough.
const X86_NAMES: ReadonlyMap<string, string> = new Map([
  ['sse3', 'pni'],
  ['avx1_0', 'avx'],
  ['lzcnt', 'abm'],
  ['lahf', 'lahf_lm'],
  ['osxsave', 'xsave'],
]);

// hw.optional.arm names architecture features; Linux names the same as hwcaps.
const ARM_NAMES: ReadonlyMap<string, string> = new Map([
  ['FEAT_LSE', 'atomics'],
  ['FEAT_RDM', 'asimdrdm'],
  ['FEAT_DPB', 'dcpop'],
  ['FEAT_DPB2', 'dcpodp'],
  ['FEAT_JSCVT', 'jscvt'],
  ['FEAT_FCMA', 'fcma'],
  ['FEAT_LRCPC', 'lrcpc'],
  ['FEAT_LRCPC2', 'ilrcpc'],
  ['FEAT_PAuth', 'paca'],
  ['FEAT_DotProd', 'asimddp'],
  ['FEAT_DIT', 'dit'],
  ['FEAT_FlagM', 'flagm'],
  ['FEAT_FlagM2', 'flagm2'],
  ['FEAT_LSE2', 'uscat'],
  ['FEAT_SB', 'sb'],
  ['FEAT_FRINTTS', 'frint'],
  ['FEAT_BTI', 'bti'],
  ['FEAT_BF16', 'bf16'],
  ['FEAT_I8MM', 'i8mm'],
  ['FEAT_FP16', 'fphp'],
  ['FEAT_SME', 'sme'],
]);

export async function readMacCpu(reader: MachineReader): Promise<PartialFingerprint> {
  const answer = await readCommand(reader, ['sysctl', 'machdep.cpu', 'hw'], 10_000);
  if (!('output' in answer)) {
    return { unknown: { 'cpu.flags': answer.reason, 'cpu.level': answer.reason } };
  }
  const values = parseKeyValues(answer.output);
  const isArm = values.get('hw.optional.arm64') === '1';
  const architecture = isArm ? 'aarch64' : 'x86_64';
  const flags = isArm ? armFlags(values) : x86Flags(values);
  return {
    cpu: {
      architecture,
      vendor: values.get('machdep.cpu.vendor') ?? (isArm ? 'Apple' : null),
      modelName: values.get('machdep.cpu.brand_string') ?? null,
      family: parseWhole(values.get('machdep.cpu.family')),
      model: parseWhole(values.get('machdep.cpu.model')),
      stepping: parseWhole(values.get('machdep.cpu.stepping')),
      flags,
      level: cpuLevel(architecture, flags),
      microcode: values.get('machdep.cpu.microcode_version') ?? null,
    },
  };
}

function x86Flags(values: ReadonlyMap<string, string>): readonly string[] {
  const groups = ['machdep.cpu.features', 'machdep.cpu.leaf7_features', 'machdep.cpu.extfeatures'];
  const words = groups.flatMap((group) => (values.get(group) ?? '').toLowerCase().split(/\s+/));
  const names = words.filter((word) => word !== '').map((word) => word.replaceAll('.', '_'));
  return [...new Set(names.map((name) => X86_NAMES.get(name) ?? name))].toSorted();
}

function armFlags(values: ReadonlyMap<string, string>): readonly string[] {
  const present = [...ARM_NAMES].filter(([feature]) => values.get(`hw.optional.arm.${feature}`) === '1');
  const crc = values.get('hw.optional.armv8_crc32') === '1' ? ['crc32'] : [];
  return ['fp', 'asimd', ...crc, ...present.map(([, name]) => name)].toSorted();
}
