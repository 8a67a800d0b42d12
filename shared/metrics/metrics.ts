// Metrics behind an interface of our own: the library's successor has another name and needs a newer Node.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { MetricDefinition } from './definition.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Metrics<Name extends string> {
  /** Sets a gauge. */
  set(name: Name, value: number, labels?: Labels): void;
  /** Raises a counter. */
  add(name: Name, value?: number, labels?: Labels): void;
  /** Adds an observation to a histogram, in the unit of its name. */
  observe(name: Name, value: number, labels?: Labels): void;
  /** Called before every reading, to set what is counted elsewhere. */
  onRead(collect: () => Promise<void>): void;
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** `quiet`: all but the delay of the event loop, which is sampled a hundred times a second, in every silence too. */
export type ProcessMetrics = 'all' | 'quiet' | 'none';

/** A registry with every metric of `table`; one without labels shows 0 from the start. */
export function createMetrics<Name extends string>(
  table: Readonly<Record<Name, MetricDefinition>>,
  options: { processMetrics: ProcessMetrics },
): Metrics<Name> {
  const registry = new Registry();
  collectProcessMetrics(registry, options.processMetrics);
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const collectors: (() => Promise<void>)[] = [];

  for (const [name, row] of Object.entries<MetricDefinition>(table)) {
    const common = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
    if (row.type === 'gauge') gauges.set(name, new Gauge(common));
    if (row.type === 'counter') counters.set(name, new Counter(common));
    if (row.type === 'histogram') {
      histograms.set(name, new Histogram({ ...common, buckets: [...(row.buckets ?? [])] }));
    }
  }

  return {
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    add: (name, value = 1, labels = {}) => counters.get(name)?.inc(labels, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe(labels, value),
    onRead: (collect) => {
      collectors.push(collect);
    },
    read: async () => {
      await Promise.all(collectors.map((collect) => collect()));
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

const A_DAY_MS = 86_400_000;

function collectProcessMetrics(registry: Registry, which: ProcessMetrics): void {
  if (which === 'none') return;
  if (which === 'all') {
    collectDefaultMetrics({ register: registry });
    return;
  }
  // The library knows no way to leave one out: its sampler sleeps, and what it would say is not shown.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: A_DAY_MS });
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag')) registry.removeSingleMetric(name);
  }
}
