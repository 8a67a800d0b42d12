import { describe, expect, it } from 'vitest';
import { agentMetrics } from '../../../../shared/metrics/agent-metrics.ts';
import { coordinatorMetrics } from '../../../../shared/metrics/coordinator-metrics.ts';
import type { MetricDefinition } from '../../../../shared/metrics/definition.ts';
import { createMetrics } from '../../../../shared/metrics/metrics.ts';

const all: readonly [string, MetricDefinition][] = [
  ...Object.entries<MetricDefinition>(agentMetrics),
  ...Object.entries<MetricDefinition>(coordinatorMetrics),
];

/** Their values have no bound, so each would be a series of its own. */
const UNBOUNDED = /stack|inspection|job|message|error|version_of|campaign|file|host|path|id$/;

describe('the tables of metrics', () => {
  it.each(all)('%s is named as Prometheus wants it', (name, { type, help, labels, buckets }) => {
    expect(name).toMatch(/^troop_[a-z0-9_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).not.toMatch(/\.$|^$/);
    expect(labels.filter((label) => !/^[a-z_]+$/.test(label) || UNBOUNDED.test(label))).toEqual([]);
    expect(buckets !== undefined).toBe(type === 'histogram');
    expect([...(buckets ?? [])].toSorted((left, right) => left - right)).toEqual([...(buckets ?? [])]);
  });

  it('name no metric twice', () => {
    expect(new Set(all.map(([name]) => name)).size).toBe(all.length);
  });
});

describe('metrics', () => {
  it('are read as text, those without labels from the start', async () => {
    const metrics = createMetrics(agentMetrics, { processMetrics: 'none' });
    metrics.add('troop_agent_trials_finished_total', 1, { ending: 'completed' });
    metrics.add('troop_agent_trials_finished_total', 2, { ending: 'completed' });
    metrics.set('troop_agent_spooled_messages', 7);
    metrics.observe('troop_agent_phase_duration_seconds', 0.2, { phase: 'build' });
    const { contentType, text } = await metrics.read();
    expect(contentType).toMatch(/^text\/plain/);
    expect(text).toContain('troop_agent_trials_started_total 0\n');
    expect(text).toContain('troop_agent_trials_finished_total{ending="completed"} 3\n');
    expect(text).toContain('troop_agent_spooled_messages 7\n');
    expect(text).toContain('troop_agent_phase_duration_seconds_bucket{le="0.5",phase="build"} 1\n');
    expect(text).not.toContain('process_cpu');
  });

  it('ask before every reading what is counted elsewhere', async () => {
    const metrics = createMetrics(agentMetrics, { processMetrics: 'all' });
    let free = 0;
    metrics.onRead(async () => metrics.set('troop_agent_work_free_bytes', (free += 5)));
    await metrics.read();
    const { text } = await metrics.read();
    expect(text).toContain('troop_agent_work_free_bytes 10\n');
    expect(text).toContain('process_cpu');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('of a process that has to be silent leave its event loop alone', async () => {
    const { text } = await createMetrics(agentMetrics, { processMetrics: 'quiet' }).read();
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('eventloop_lag');
  });
});
