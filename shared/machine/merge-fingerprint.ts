// Puts the findings of many facts together. Whatever is still null at the end has a reason under `unknown`, so that
// a reader never wonders whether a fact was forgotten.
import { emptyFingerprint, type Fingerprint, type PartialFingerprint } from './fingerprint.ts';

/** Findings in order; a later one replaces an earlier one's values, never a value by null. */
export function mergeFingerprint(findings: readonly PartialFingerprint[]): Fingerprint {
  const merged = findings.reduce(mergeOne, emptyFingerprint);
  const missing = nullFacts(merged);
  const reasons = missing.map((name) => [name, merged.unknown[name] ?? 'nothing on this machine tells it']);
  const details = Object.entries(merged.unknown).filter(([name]) => name.includes(DETAIL));
  return { ...merged, unknown: Object.fromEntries([...reasons, ...details]) as Fingerprint['unknown'] };
}

/** `interpreters: /usr/bin/python3.6` names one thing among several that could not be read. */
export const DETAIL = ': ';

function mergeOne(whole: Fingerprint, part: PartialFingerprint): Fingerprint {
  return {
    schema: whole.schema,
    machineIdDigest: part.machineIdDigest ?? whole.machineIdDigest,
    firmware: part.firmware ?? whole.firmware,
    cpu: { ...whole.cpu, ...withoutNulls(part.cpu) },
    memory: { ...whole.memory, ...withoutNulls(part.memory) },
    kernel: { ...whole.kernel, ...withoutNulls(part.kernel) },
    os: { ...whole.os, ...withoutNulls(part.os) },
    libc: { ...whole.libc, ...withoutNulls(part.libc) },
    virtualisation: part.virtualisation ?? whole.virtualisation,
    container: { ...whole.container, ...withoutNulls(part.container) },
    gpus: part.gpus ?? whole.gpus,
    interpreters: part.interpreters ?? whole.interpreters,
    tools: part.tools ?? whole.tools,
    unknown: { ...whole.unknown, ...part.unknown },
  };
}

function withoutNulls<Group extends object>(group: Group | undefined): Partial<Group> {
  if (group === undefined) return {};
  const known = Object.entries(group).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known) as Partial<Group>;
}

const GROUPS = ['cpu', 'memory', 'kernel', 'os', 'libc', 'container'] as const;
const SINGLE_FACTS = [
  'machineIdDigest',
  'firmware',
  'virtualisation',
  'gpus',
  'interpreters',
  'tools',
] as const;

/** Dotted names of the facts that are null. */
export function nullFacts(fingerprint: Fingerprint): readonly string[] {
  const grouped = GROUPS.flatMap((group) =>
    Object.entries(fingerprint[group]).flatMap(([fact, value]) =>
      value === null ? [`${group}.${fact}`] : [],
    ),
  );
  return [...SINGLE_FACTS.filter((fact) => fingerprint[fact] === null), ...grouped];
}

/** Why a fact is not known, as the end of a sentence. */
export function unknownReason(fingerprint: Fingerprint, fact: string): string {
  return fingerprint.unknown[fact] ?? 'it was not read';
}
