import { expect, test } from 'vitest';
import { BoundedLog } from '../../../../agent/build/bounded-log.ts';
import { runTool } from '../../../../agent/build/run-tool.ts';
import { createFakeSandbox } from '../../../support/fake-sandbox.ts';

const command = {
  argv: ['/usr/bin/tool'],
  workingDirectory: '/',
  environment: {},
  writablePaths: [],
  hiddenPaths: [],
  network: false,
  limits: { memoryBytes: 1e9, outputBytes: 1e6, processes: 8 },
  remainingMs: 60_000,
  timeoutMs: 60_000,
} as const;

test('a tool is ended by an abort that comes while its sandbox is set up', async () => {
  const stop = new AbortController();
  const sandbox = createFakeSandbox(() => {
    stop.abort();
    return null;
  });
  const running = runTool(sandbox, command, new BoundedLog(), stop.signal);
  await expect(running).rejects.toMatchObject({ code: 'TROOP-1417' });
});
