// What a newcomer runs first, with the built programs: the demo, and the demo again.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../coordinator/analysis/report.ts';
import { killNow, processesOf } from '../support/e2e-processes.ts';
import { callProgram, type Answer } from '../support/programs.ts';

const WITHIN_MS = 300_000;
const STACKS = 5;
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'troop-e2e-'));
  await chmod(home, process.getuid?.() === 0 ? 0o711 : 0o700);
});
afterAll(async () => {
  for (const { pid } of await processesOf(home)) killNow(pid);
  await rm(home, { recursive: true, force: true });
});

const demo = (...argv: readonly string[]): Promise<Answer> =>
  // Below a folder that is not there yet, as it is where nobody said a folder.
  callProgram('troop', ['demo', '--data', join(home, 'troop', 'demo'), ...argv], {
    timeoutMs: WITHIN_MS,
    environment: { TROOP_AGENT_HOST_LOCK: join(home, 'host.lock') },
  });

test('the demo goes from a requirement to a report of measured stacks, and leaves nothing running', async () => {
  const { status, stdout, stderr } = await demo('--json');
  expect(stderr).toContain('this machine:');
  expect(status).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report.campaign.state).toBe('finished');
  expect(report.counts.decided).toBe(report.counts.planned);
  expect(report.sections[0]?.lane).toBe('any');
  for (const { lines } of report.sections) {
    expect(lines).toHaveLength(STACKS);
    const candidates = lines.filter(({ role, outcome }) => role === 'candidate' && outcome === 'succeeded');
    expect(candidates.length).toBeGreaterThan(0);
    for (const { ratios } of candidates) {
      expect(ratios.map(({ benchmark }) => benchmark.split('(')[0])).toEqual(
        expect.arrayContaining(['matmul', 'import']),
      );
    }
  }
  expect(report.builds.built).toBe(STACKS);
  expect(report.machines).toHaveLength(1);
  expect(await processesOf(home)).toEqual([]);
});

test('run again, it builds nothing, says so, and shows the report to people', async () => {
  const { status, stdout, stderr } = await demo();
  expect(stderr).toMatch(/\b0 environments built, [1-9]\d* reused from earlier/);
  expect(stderr).toMatch(/done in /);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^demo-\S+: numpy/);
  expect(stdout).toContain('(baseline)');
  expect(stdout).toContain('machine local-1');
  expect(await processesOf(home)).toEqual([]);
});
