// An agent that is told to stop before it serves: it looks for uv, sweeps its caches and waits for the broker by then.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeCredentials } from '../../agent/enrolment/credentials.ts';
import { stateLayout } from '../../agent/state-layout.ts';
import { argvOf, environmentOf } from '../support/programs.ts';
import { sampleCredentials } from '../support/sample-credentials.ts';

const root = await mkdtemp('/var/tmp/troop-starting-');
afterAll(() => rm(root, { recursive: true, force: true }));

test('SIGTERM ends it, and is no error', async () => {
  const state = join(root, 'state');
  // Nobody listens there.
  const broker = { url: 'nats://127.0.0.1:1', user: null, password: null };
  await writeCredentials(stateLayout(state).credentials, sampleCredentials({ broker }));
  const [file = '', ...argv] = argvOf('troop-agent', ['run', '--state', state, '--metrics-port', '0']);
  const agent = spawn(file, argv, { stdio: ['ignore', 'ignore', 'pipe'], env: environmentOf() });
  const exited = once(agent, 'exit');
  let said = '';
  for await (const chunk of agent.stderr) {
    said += String(chunk);
    if (said.includes('the sandbox is chosen')) agent.kill('SIGTERM');
  }
  expect(said).toContain('draining');
  expect(said).not.toContain('error[');
  expect(await exited).toEqual([0, null]);
});
