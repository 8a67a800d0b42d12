import { expect, test } from 'vitest';
import { queueSentences, type QueueAgentRow } from '../../../../coordinator/campaign/explain-queue.ts';
import { offerWindow } from '../../../../coordinator/campaign/feeder.ts';

const agent = (changes: Partial<QueueAgentRow> = {}): QueueAgentRow => ({
  name: 'ada',
  admin_state: 'active',
  admin_reason: null,
  last_seen_at: new Date('2026-01-01T00:00:00Z'),
  online: true,
  working: false,
  in_lane: true,
  lane_reasons: [],
  on_target: true,
  target_reasons: [],
  ...changes,
});
const queue = { lane: 'avx512f', target: 'linux_x86_64-cp311' };
const sentences = (...agents: QueueAgentRow[]) => queueSentences(agents, queue);

test('says nothing when a machine is free', () => {
  expect(sentences(agent({ working: true }), agent())).toEqual([]);
});

test('names the machine that comes nearest, and what it lacks', () => {
  const near = agent({ in_lane: false, lane_reasons: ['needs avx512f: the CPU has no avx512f'] });
  expect(sentences(near)).toEqual([
    'No machine may serve lane avx512f for linux_x86_64-cp311. ada comes nearest: needs avx512f: the CPU has no avx512f.',
  ]);
});

test('tells who is held back, and why', () => {
  expect(sentences(agent({ admin_state: 'draining', admin_reason: 'new disk' }))).toEqual([
    'ada could serve it, but is draining: new disk.',
  ]);
});

test('tells when the machines were last heard of', () => {
  expect(sentences(agent({ online: false }))).toEqual([
    'Every machine that may serve lane avx512f for linux_x86_64-cp311 is offline: ada (last heard of 2026-01-01T00:00:00.000Z).',
  ]);
});

test('the window is two offers a machine, between 2 and 200, and none for nobody', () => {
  expect([0, 1, 3, 100, 5000].map(offerWindow)).toEqual([0, 2, 6, 200, 200]);
});
