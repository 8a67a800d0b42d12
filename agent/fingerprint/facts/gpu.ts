// The GPUs: NVIDIA's own tool where it works, else what PCI shows, so that a broken driver is seen as that.
import type { GpuFacts, PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import type { MachineReader } from '../machine-reader.ts';
import { askNvidiaSmi } from '../nvidia-smi.ts';
import { listPciGpus } from '../pci-gpus.ts';
import { asRecord, nonEmpty, systemRecord } from '../system-information.ts';

export const gpuFact: Fact = {
  name: 'gpu',
  provides: ['gpus'],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? readMac(reader) : readLinux(reader)),
};

const unnamed = (vendor: string): GpuFacts => ({
  vendor,
  name: null,
  driver: null,
  cudaVersion: null,
  computeCapability: null,
  memoryBytes: null,
  uuid: null,
});

async function readLinux(reader: MachineReader): Promise<PartialFingerprint> {
  const [nvidia, pci] = await Promise.all([askNvidiaSmi(reader), listPciGpus(reader)]);
  const others = pci.filter((gpu) => gpu.vendor !== 'nvidia').map((gpu) => unnamed(gpu.vendor));
  if (nvidia.kind === 'gpus' && nvidia.gpus.length > 0) {
    return { gpus: [...nvidia.gpus, ...others] };
  }
  const seen = pci.filter((gpu) => gpu.vendor === 'nvidia').map((gpu) => unnamed(gpu.vendor));
  if (nvidia.kind === 'broken' && seen.length === 0) {
    return { unknown: { gpus: nvidia.reason } };
  }
  const gpus = [...seen, ...others];
  return nvidia.kind === 'broken' ? { gpus, unknown: { 'gpus: nvidia driver': nvidia.reason } } : { gpus };
}

async function readMac(reader: MachineReader): Promise<PartialFingerprint> {
  const { controllers } = await systemRecord(reader, 'graphics');
  if (!Array.isArray(controllers)) {
    return { unknown: { gpus: 'the system does not list its graphics' } };
  }
  const gpus = controllers.map((controller: unknown): GpuFacts => {
    const { vendor, model } = asRecord(controller);
    return {
      ...unnamed((nonEmpty(vendor) ?? 'other').toLowerCase().split(' ')[0] ?? 'other'),
      name: nonEmpty(model),
    };
  });
  return { gpus };
}
