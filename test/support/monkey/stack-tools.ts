// The commands of `troop stack` on knowledge written by hand, in this thread and with their output kept.
import { stackUseCases } from '../../../coordinator/composition/stack-use-cases.ts';
import { sayingNotes, type StackTools } from '../../../coordinator/cli/commands/stack/open-stacks.ts';
import { snapshotOf } from '../../../coordinator/knowledge/store/release-lookup.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import type { Release, SnapshotIndex } from '../../../shared/stack/release.ts';
import { createFakeClock } from '../fake-clock.ts';
import { keptTerminal } from '../kept-terminal.ts';

export interface KeptTools {
  readonly tools: StackTools;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function keptStackTools(
  releases: readonly Release[],
  indexes: readonly (string | SnapshotIndex)[] = ['pip'],
): KeptTools {
  const byName = new Map<string, Release[]>();
  for (const one of releases) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const created = '2026-01-01T00:00:00Z';
  const header = { format: 'troop-knowledge', version: 1, created } as const;
  const named = indexes.map((index) => (typeof index === 'string' ? { name: index } : index));
  const snapshot = snapshotOf('by-hand', { ...header, indexes: named }, byName);
  const stacks = stackUseCases({
    engine: createSamplingEngine(() => Promise.resolve(snapshot)),
    resolveSnapshot: () => Promise.resolve(snapshot.id),
    target: { defaultPythons: () => Promise.resolve(['3.11']), defaultPlatform: 'linux_x86_64' },
  });
  const { terminal, stdout, stderr } = keptTerminal();
  const write = (text: string): Promise<void> => {
    terminal.out(text.replace(/\n$/, ''));
    return Promise.resolve();
  };
  const tools = {
    stacks: sayingNotes(stacks, terminal),
    terminal,
    clock: createFakeClock(),
    write,
    isOutputSeen: false,
    knownIndexes: () => Promise.resolve(snapshot.header.indexes),
  };
  return { tools, stdout, stderr };
}
