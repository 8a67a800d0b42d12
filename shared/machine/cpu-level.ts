// The level of a CPU, computed from its flags and from nothing else: a model name promises nothing once a hypervisor
// or a firmware switch has hidden an instruction set.

export type X86Level = 'x86-64-v1' | 'x86-64-v2' | 'x86-64-v3' | 'x86-64-v4';

// Table "Micro-Architecture Levels" of the x86-64 psABI (https://gitlab.com/x86-psABIs/x86-64-ABI, low-level-sys-info.tex)
// in the names of /proc/cpuinfo: CMPXCHG16B is cx16, SSE3 pni, LZCNT abm, LAHF-SAHF lahf_lm, SCE syscall, and
// OSXSAVE shows as xsave, which Linux clears when it does not save the wide registers.
const X86_LEVEL_FLAGS: readonly (readonly [X86Level, readonly string[]])[] = [
  ['x86-64-v1', ['cmov', 'cx8', 'fpu', 'fxsr', 'mmx', 'syscall', 'sse', 'sse2']],
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
];

// What each version of the A-profile makes mandatory and Linux shows as a hwcap (Arm ARM DDI 0487, feature
// appendix; Documentation/arch/arm64/elf_hwcaps.rst); features without a hwcap cannot be checked from user space.
const ARM_LEVEL_FLAGS: readonly (readonly [string, readonly string[]])[] = [
  ['armv8_0', ['fp', 'asimd']],
  ['armv8_1', ['atomics', 'asimdrdm', 'crc32']],
  ['armv8_2', ['dcpop']],
  ['armv8_3', ['jscvt', 'fcma', 'lrcpc', 'paca']],
  ['armv8_4', ['asimddp', 'dit', 'flagm', 'uscat', 'ilrcpc']],
  ['armv8_5', ['sb', 'flagm2', 'frint', 'dcpodp', 'bti']],
  ['armv9_0', ['sve2']],
];

export const X86_LEVELS: readonly X86Level[] = X86_LEVEL_FLAGS.map(([level]) => level);

/** The flags that a level adds to the one below it; empty for a name that is no level. */
export function flagsAddedBy(level: string): readonly string[] {
  return [...X86_LEVEL_FLAGS, ...ARM_LEVEL_FLAGS].find(([name]) => name === level)?.[1] ?? [];
}

/** Every flag of a level and the ones below it that `flags` lacks. */
export function flagsMissingFor(level: X86Level, flags: readonly string[]): readonly string[] {
  const upTo = X86_LEVELS.slice(0, X86_LEVELS.indexOf(level) + 1);
  return upTo.flatMap((each) => flagsAddedBy(each)).filter((flag) => !flags.includes(flag));
}

/** Every level that the flags reach, lowest first; none for an architecture without levels. */
export function cpuLevels(architecture: string, flags: readonly string[]): readonly string[] {
  const table = levelTable(architecture);
  const firstMissing = table.findIndex(([, needed]) => needed.some((flag) => !flags.includes(flag)));
  return (firstMissing === -1 ? table : table.slice(0, firstMissing)).map(([level]) => level);
}

/** The highest level, or null. */
export function cpuLevel(architecture: string, flags: readonly string[]): string | null {
  return cpuLevels(architecture, flags).at(-1) ?? null;
}

function levelTable(architecture: string): readonly (readonly [string, readonly string[]])[] {
  if (architecture === 'x86_64') return X86_LEVEL_FLAGS;
  if (architecture === 'aarch64') return ARM_LEVEL_FLAGS;
  return [];
}
