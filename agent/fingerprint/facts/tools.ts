// Programs that builders and sandboxes use, found on PATH, with the version that they print.
import type { ToolFacts } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { findOnPath } from '../find-on-path.ts';
import type { MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';

const TOOLS = [
  'uv',
  'bwrap',
  'unshare',
  'taskset',
  'numactl',
  'perf',
  'systemd-run',
  'podman',
  'docker',
  'nvidia-smi',
  'gcc',
  'git',
];

const VERSION_TIMEOUT_MS = 5000;

export const toolsFact: Fact = {
  name: 'tools',
  provides: ['tools'],
  volatile: true,
  collect: async (reader) => {
    const found = await mapBounded(TOOLS, 4, async (name) => {
      const path = await findOnPath(reader, name);
      return path === null ? [] : [[name, await describeTool(reader, path)] as const];
    });
    return { tools: Object.fromEntries(found.flat()) };
  },
};

async function describeTool(reader: MachineReader, path: string): Promise<ToolFacts> {
  const outcome = await reader.run([path, '--version'], { timeoutMs: VERSION_TIMEOUT_MS });
  const [line = ''] = outcome.kind === 'exited' && outcome.exitCode === 0 ? outcome.stdout.split('\n') : [];
  return { path, version: /(?<![0-9])[0-9]+(?:\.[0-9]+)+/.exec(line)?.[0] ?? null };
}
