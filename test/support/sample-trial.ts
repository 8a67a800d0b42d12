// A trial as a grant carries it: one baseline, two candidates, one benchmark.
import type { Trial } from '../../shared/protocol/claim-message.ts';
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';

const environment = canonicalEnvironment({ python: '3.11' });

/** A locked stack of one package without files; `digit` tells stacks apart. */
export const sampleStack = (digit: string, version = `1.${digit}`): LockedStack => ({
  stack_id: `sha256:${digit.repeat(64)}`,
  lock_digest: `sha256:${digit.repeat(64)}`,
  environment,
  packages: [{ name: 'numpy', version, index: 'pip', files: [] }],
});

export const sampleTrial = (changes: Partial<Trial> = {}): Trial => ({
  campaignId: 'campaign',
  campaignName: 'numpy',
  lane: 'any',
  environment,
  baseline: sampleStack('0'),
  candidates: [sampleStack('1'), sampleStack('2')],
  benchmarks: [{ indicator: 'matmul', parameters: { size: 64 } }],
  scripts: [],
  blocks: 2,
  pace: { valueMs: 50, values: null, warmups: 1, launches: 1 },
  seed: 'seed',
  indexes: [{ name: 'pip', urls: [], findLinks: [] }],
  allowSdists: false,
  limits: {
    buildMs: 60_000,
    launchMs: 60_000,
    memoryBytes: 1e9,
    outputBytes: 1e6,
    processes: 64,
  },
  ...changes,
});
