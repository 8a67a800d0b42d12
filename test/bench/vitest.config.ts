import { defineConfig } from 'vitest/config';

// Benchmarks run one at a time and apart from the tests: `npm run bench -- monkey`.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/**/*.bench.ts'],
    globalSetup: ['test/bench/table-at-end.ts', 'test/support/global-servers.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
