// The facts of a machine in lines that people read: on the CLI and in reports. What is not known is said to be so.
import type { Fingerprint } from './fingerprint.ts';

export function describeMachine(machine: Fingerprint): readonly string[] {
  const { os, kernel, libc, container } = machine;
  const gpus = machine.gpus?.map((gpu) => gpu.name ?? gpu.vendor).join(', ');
  const pythons = machine.interpreters?.map((one) => one.fullVersion).join(' ');
  return [
    summariseMachine(machine),
    `${told(os.prettyName)}, kernel ${told(kernel.release)}, ${told(libc.family)} ${told(libc.version)}`,
    `virtualisation ${told(machine.virtualisation)}, container ${told(container.kind)}, governor ${told(machine.cpu.governor)}`,
    `GPUs: ${gpus === '' ? 'none' : told(gpus)}`,
    `Pythons: ${pythons === '' ? 'none' : told(pythons)}`,
  ];
}

/** One line: CPU, level, cores, memory. */
export function summariseMachine({ cpu, memory }: Fingerprint): string {
  const memoryText =
    memory.totalBytes === null ? 'memory not known' : `${(memory.totalBytes / 2 ** 30).toFixed(1)} GiB`;
  return `${cpu.modelName ?? told(cpu.architecture)}, ${told(cpu.level)}, ${told(cpu.logicalCpus)} CPUs, ${memoryText}`;
}

const told = (fact: string | number | null | undefined): string =>
  fact === null || fact === undefined ? 'not known' : String(fact);
