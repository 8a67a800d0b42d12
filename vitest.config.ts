import { defineConfig } from 'vitest/config';

// Files of one project run side by side; whole projects that start servers or processes keep to few workers,
// because two of them on two cores disturb each other more than they save.
const project = (name: string, options: { timeoutMs: number; workers: number; globalSetup?: string[] }) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    maxWorkers: options.workers,
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
      project('unit', { timeoutMs: 60_000, workers: 2 }),
      project('property', { timeoutMs: propertyTimeoutMs, workers: 2 }),
      project('contract', { timeoutMs: 240_000, workers: 2, globalSetup: servers }),
      project('integration', { timeoutMs: 300_000, workers: 2, globalSetup: servers }),
      project('simulation', { timeoutMs: 300_000, workers: 2, globalSetup: servers }),
      project('chaos', {
        timeoutMs: 400_000,
        workers: 1,
        globalSetup: ['test/support/build-programs.ts', ...servers],
      }),
      project('e2e', {
        timeoutMs: 600_000,
        workers: 1,
        globalSetup: ['test/support/build-programs.ts', ...servers],
      }),
    ],
  },
});
