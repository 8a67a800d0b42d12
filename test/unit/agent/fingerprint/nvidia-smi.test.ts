import { describe, expect, it } from 'vitest';
import { askNvidiaSmi } from '../../../../agent/fingerprint/nvidia-smi.ts';
import { gpuFact } from '../../../../agent/fingerprint/facts/gpu.ts';
import { printed, smallMachine } from './recorded-machines.ts';

const query = (fields: string): string => `nvidia-smi --query-gpu=${fields} --format=csv,noheader,nounits`;
const ALL = query('name,uuid,memory.total,driver_version,compute_cap');
const banner = (line: string): ReturnType<typeof printed> =>
  printed(`Mon Jun  8 10:00:00 2026\n+------+\n| ${line} |\n+------+\n`);
const COMMUNICATION = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";

describe('nvidia-smi', () => {
  it('of driver 610 names its versions in new words', async () => {
    const machine = smallMachine({
      commands: {
        [ALL]: printed('Field "driver_version" is not a valid field to query.\n', 2),
        [query('name,uuid,memory.total,compute_cap')]: printed('NVIDIA B200, GPU-1, 183359, 10.0\n'),
        'nvidia-smi': banner('NVIDIA-SMI 610.43.02   KMD Version: 610.43.02   CUDA UMD Version: 13.3'),
      },
    });
    expect(await askNvidiaSmi(machine)).toMatchObject({
      gpus: [{ driver: '610.43.02', cudaVersion: '13.3', computeCapability: '10.0' }],
    });
  });

  it('of an old driver does not know the compute capability', async () => {
    const machine = smallMachine({
      commands: {
        [ALL]: printed('Field "compute_cap" is not a valid field to query.\n\n', 2),
        [query('name,uuid,memory.total,driver_version')]: printed('Tesla K80, GPU-1, 11441, 470.182.03\n'),
        'nvidia-smi': banner('NVIDIA-SMI 470.182.03   Driver Version: 470.182.03   CUDA Version: 11.4'),
      },
    });
    expect(await askNvidiaSmi(machine)).toMatchObject({
      gpus: [{ name: 'Tesla K80', driver: '470.182.03', cudaVersion: '11.4', computeCapability: null }],
    });
  });

  it('may have no value for a field, which is null and not 0', async () => {
    const machine = smallMachine({
      commands: {
        [ALL]: printed('NVIDIA GB10, [Unknown Error], [N/A], 580.95.05, [Not Supported]\n'),
        'nvidia-smi': banner('NVIDIA-SMI 580.95.05   Driver Version: 580.95.05   CUDA Version: N/A'),
      },
    });
    expect(await askNvidiaSmi(machine)).toEqual({
      kind: 'gpus',
      gpus: [
        {
          vendor: 'nvidia',
          name: 'NVIDIA GB10',
          driver: '580.95.05',
          cudaVersion: null,
          computeCapability: null,
          memoryBytes: null,
          uuid: null,
        },
      ],
    });
  });

  it('that prints something else is broken, with what it printed', async () => {
    const machine = smallMachine({ commands: { [ALL]: printed('Segmentation fault, but politely\n') } });
    expect(await askNvidiaSmi(machine)).toEqual({
      kind: 'broken',
      reason: 'nvidia-smi printed something else: Segmentation fault, but politely',
    });
  });

  it('without devices finds none', async () => {
    const machine = smallMachine({ commands: { [ALL]: printed('No devices were found\n', 6) } });
    expect(await askNvidiaSmi(machine)).toEqual({ kind: 'gpus', gpus: [] });
  });
});

describe('the GPUs of a machine', () => {
  const pci = {
    folders: { '/sys/bus/pci/devices': ['0000:01:00.0', '0000:02:00.0', '0000:03:00.0'] },
    values: {
      '/sys/bus/pci/devices/0000:01:00.0/class': '0x030000',
      '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de',
      '/sys/bus/pci/devices/0000:02:00.0/class': '0x120000',
      '/sys/bus/pci/devices/0000:02:00.0/vendor': '0x1002',
      '/sys/bus/pci/devices/0000:03:00.0/class': '0x020000',
      '/sys/bus/pci/devices/0000:03:00.0/vendor': '0x10de',
    },
  };

  it('are none where neither tool nor PCI shows one', async () => {
    expect(await gpuFact.collect(smallMachine())).toEqual({ gpus: [] });
  });

  it('are seen without a driver, so that a broken driver is not "no GPU"', async () => {
    const machine = smallMachine({ ...pci, commands: { [ALL]: printed(COMMUNICATION, 9) } });
    const { gpus, unknown } = await gpuFact.collect(machine);
    expect(gpus?.map((gpu) => [gpu.vendor, gpu.driver])).toEqual([
      ['nvidia', null],
      ['amd', null],
    ]);
    expect(unknown).toEqual({ 'gpus: nvidia driver': `nvidia-smi failed with 9: ${COMMUNICATION}` });
  });

  it('are unknown when the tool hangs and PCI shows nothing', async () => {
    const machine = smallMachine({
      commands: { [ALL]: { kind: 'failed', reason: 'did not answer within 20 s' } },
    });
    expect(await gpuFact.collect(machine)).toEqual({
      unknown: { gpus: 'nvidia-smi did not answer within 20 s' },
    });
  });
});
