// Graphics and compute devices as PCI shows them, driver or not: that is how a GPU without a working driver is told
// from no GPU. Class codes: https://pcisig.com/specifications (PCI Code and ID Assignment)
import { readValue, type MachineReader } from './machine-reader.ts';
import { mapBounded } from './run-bounded.ts';

const DEVICES = '/sys/bus/pci/devices';
const MAXIMUM_DEVICES = 2048;

/** Display controllers (03) and processing accelerators (1200). */
const GPU_CLASS = /^0x(?:03|1200)/;

const VENDORS: ReadonlyMap<string, string> = new Map([
  ['0x10de', 'nvidia'],
  ['0x1002', 'amd'],
  ['0x8086', 'intel'],
]);

export interface PciGpu {
  readonly vendor: string;
  /** The kernel driver bound to it, such as `nvidia`, `nouveau`, `amdgpu`; null when none is. */
  readonly kernelDriver: string | null;
}

/** The GPUs of vendors that compute on them; the simple display of a server's service processor is left out. */
export async function listPciGpus(reader: MachineReader): Promise<readonly PciGpu[]> {
  const devices = (await reader.listFolder(DEVICES)).slice(0, MAXIMUM_DEVICES);
  const gpus = await mapBounded(devices, 8, async (device) => {
    const folder = `${DEVICES}/${device}`;
    const deviceClass = await readValue(reader, `${folder}/class`);
    if (deviceClass === null || !GPU_CLASS.test(deviceClass)) {
      return null;
    }
    const vendor = VENDORS.get((await readValue(reader, `${folder}/vendor`)) ?? '');
    const events = await readValue(reader, `${folder}/uevent`);
    const kernelDriver = /^DRIVER=(.+)$/m.exec(events ?? '')?.[1] ?? null;
    return vendor === undefined ? null : { vendor, kernelDriver };
  });
  return gpus.filter((gpu) => gpu !== null);
}
