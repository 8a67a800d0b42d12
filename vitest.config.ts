import { defineConfig } from 'vitest/config';

// Two files run side by side, of whatever project. Those of the second group start whole fleets, each with servers, folders and
// locks of its own, and mostly wait: they come when nothing else wants the processor.
const WORKERS = 2;
const project = (name: string, options: { timeoutMs: number; group?: number; globalSetup?: string[] }) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    maxWorkers: WORKERS,
    sequence: { groupOrder: options.group ?? 0 },
    ...(options.globalSetup ? { globalSetup: options.globalSetup } : {}),
  },
});

// Whoever asks for many runs of the fuzz tests has the time for them (test/support/fuzz-runs.ts).
const propertyTimeoutMs = process.env['TROOP_FUZZ_RUNS'] === undefined ? 400_000 : 24 * 3_600_000;

// Ends the servers that tests started for the whole run.
const servers = ['test/support/global-servers.ts'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      project('unit', { timeoutMs: 60_000 }),
      project('property', { timeoutMs: propertyTimeoutMs }),
      project('contract', { timeoutMs: 240_000, globalSetup: servers }),
      project('integration', { timeoutMs: 300_000, globalSetup: servers }),
      project('simulation', { timeoutMs: 300_000, globalSetup: servers }),
      project('chaos', {
        timeoutMs: 400_000,
        group: 1,
        globalSetup: ['test/support/build-programs.ts', ...servers],
      }),
      project('e2e', {
        timeoutMs: 600_000,
        group: 1,
        globalSetup: ['test/support/build-programs.ts', ...servers],
      }),
    ],
  },
});
