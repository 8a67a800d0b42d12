// Whether the agent runs in a container, and how much of the machine it may use. Limits of cgroups count with or
// without one: a service can be limited too.
import type { ContainerFacts, PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import { readCgroupLimits } from '../cgroup-limits.ts';
import type { Fact } from '../fact.ts';
import { parseKernelList } from '../kernel-list.ts';
import { readValue, type MachineReader } from '../machine-reader.ts';

export const containerFact: Fact = {
  name: 'container',
  provides: ['container.kind', 'container.cpuLimit', 'container.memoryLimitBytes', 'container.allowedCpus'],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? Promise.resolve(onMac) : readLinux(reader)),
};

const onMac: PartialFingerprint = {
  container: { kind: 'none', cpuLimit: 'unlimited', memoryLimitBytes: 'unlimited' },
  unknown: { 'container.allowedCpus': 'macOS does not tell it' },
};

async function readLinux(reader: MachineReader): Promise<PartialFingerprint> {
  const status = (await reader.readFile('/proc/self/status')) ?? '';
  const allowed = parseKernelList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
  const container: Partial<ContainerFacts> = {
    kind: await readKind(reader),
    ...(await readCgroupLimits(reader)),
    allowedCpus: allowed.length > 0 ? allowed.length : null,
  };
  return {
    container,
    unknown: { 'container.kind': 'neither a mark of a container nor /proc/1/cgroup can be read' },
  };
}

async function readKind(reader: MachineReader): Promise<string | null> {
  if (reader.environment('KUBERNETES_SERVICE_HOST') !== undefined) {
    return 'kubernetes';
  }
  if (await reader.exists('/run/.containerenv')) {
    return 'podman';
  }
  if (await reader.exists('/.dockerenv')) {
    return 'docker';
  }
  // https://systemd.io/CONTAINER_INTERFACE/
  const told = (await readValue(reader, '/run/systemd/container')) ?? reader.environment('container') ?? null;
  return told ?? (await kindOfCgroup(reader));
}

const CGROUP_MARKS: readonly (readonly [string, RegExp])[] = [
  ['kubernetes', /kubepods/],
  ['docker', /\/docker[/-]/],
  ['podman', /libpod/],
  ['containerd', /containerd/],
  ['lxc', /\/lxc/],
];

async function kindOfCgroup(reader: MachineReader): Promise<string | null> {
  const cgroup = await reader.readFile('/proc/1/cgroup');
  if (cgroup === null) {
    return null;
  }
  return CGROUP_MARKS.find(([, mark]) => mark.test(cgroup))?.[0] ?? 'none';
}
