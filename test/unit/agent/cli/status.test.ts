import { expect, test } from 'vitest';
import { writeCredentials } from '../../../../agent/enrolment/credentials.ts';
import { stateLayout } from '../../../../agent/state-layout.ts';
import { writeStatus } from '../../../../agent/status-file.ts';
import { tryLock } from '../../../../shared/runtime/file-lock.ts';
import { callInProcess } from '../../../support/call-in-process.ts';
import { sampleCredentials } from '../../../support/sample-credentials.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const now = '2026-01-01T00:00:00.000Z';
const report = {
  pid: process.pid,
  startedAt: now,
  updatedAt: now,
  version: '0.1.0',
  agentId: 'agent-7',
  name: 'lab-7',
  coordinatorUrl: 'http://127.0.0.1:8700',
  state: 'idle',
  job: null,
  queues: [],
  brokerConnected: true,
  spooledMessages: 0,
  sandbox: 'bubblewrap',
  metricsUrl: null,
};

test('an agent runs while it holds its folder, not while somebody has the number of its process', () =>
  withTemporaryDirectory(async (state) => {
    const layout = stateLayout(state);
    await writeCredentials(layout.credentials, sampleCredentials());
    await writeStatus(layout.status, report);
    const ask = () => callInProcess('troop-agent', ['status', '--state', state]);
    expect(await ask()).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('not running') as string,
    });
    expect((await tryLock(layout.lock)).held).toBe(true);
    expect(await ask()).toMatchObject({ status: 0, stdout: expect.stringContaining('idle') as string });
  }));
