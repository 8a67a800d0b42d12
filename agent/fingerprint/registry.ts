// Every fact that an agent reads of its machine, one line each. To add one, see the README of this folder.
import type { Fact } from './fact.ts';
import { cachesFact } from './facts/caches.ts';
import { containerFact } from './facts/container.ts';
import { cpuFact } from './facts/cpu.ts';
import { firmwareFact } from './facts/firmware.ts';
import { frequencyFact } from './facts/frequency.ts';
import { governorFact } from './facts/governor.ts';
import { gpuFact } from './facts/gpu.ts';
import { interpretersFact } from './facts/interpreters.ts';
import { kernelFact } from './facts/kernel.ts';
import { kernelSettingsFact } from './facts/kernel-settings.ts';
import { libcFact } from './facts/libc.ts';
import { machineIdFact } from './facts/machine-id.ts';
import { memoryFact } from './facts/memory.ts';
import { mitigationsFact } from './facts/mitigations.ts';
import { numaFact } from './facts/numa.ts';
import { osReleaseFact } from './facts/os-release.ts';
import { smtFact } from './facts/smt.ts';
import { toolsFact } from './facts/tools.ts';
import { topologyFact } from './facts/topology.ts';
import { virtualisationFact } from './facts/virtualisation.ts';

export const facts: readonly Fact[] = [
  cpuFact,
  topologyFact,
  cachesFact,
  numaFact,
  smtFact,
  frequencyFact,
  governorFact,
  memoryFact,
  kernelFact,
  kernelSettingsFact,
  mitigationsFact,
  osReleaseFact,
  libcFact,
  firmwareFact,
  machineIdFact,
  virtualisationFact,
  containerFact,
  gpuFact,
  interpretersFact,
  toolsFact,
];
