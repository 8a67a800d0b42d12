// What a metric of a launch is, in numbers: values per call where a value has loops, one number a launch otherwise.
import type { LaunchRecord, MeasuredValue } from './block.ts';

function ofLaunch(launch: LaunchRecord, metric: string): number | null | undefined {
  switch (metric) {
    case 'peak_memory':
      return launch.peakMemoryBytes;
    case 'first_call':
      return launch.firstCallNs;
    default:
      return undefined;
  }
}

function ofValue(value: MeasuredValue, metric: string): number | undefined {
  switch (metric) {
    case 'wall':
      return value.wallNs / value.loops;
    case 'cpu':
      return value.cpuNs / value.loops;
    default:
      return value.metrics?.[metric];
  }
}

/** All numbers of the metric in the order taken; empty when the launch has none. Nanoseconds are per call. */
export function metricValues(launch: LaunchRecord, metric: string): readonly number[] {
  const single = ofLaunch(launch, metric);
  if (single !== undefined) return single === null ? [] : [single];
  return launch.values.map((value) => ofValue(value, metric)).filter((value) => value !== undefined);
}
