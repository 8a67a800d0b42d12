// The shape of one row of the metric tables. Labels are closed sets: stack, version, inspection and error text never
// are labels, they live in PostgreSQL.

export interface MetricDefinition {
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** One sentence without the unit; the unit is in the name. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in the unit of the name. */
  readonly buckets?: readonly number[];
}

export type MetricTable = Readonly<Record<string, MetricDefinition>>;

/** Keeps the literal names while checking every row. */
export function defineMetrics<Name extends string>(
  table: Record<Name, MetricDefinition>,
): Readonly<Record<Name, MetricDefinition>> {
  return Object.freeze(table);
}

/** From 10 ms to an hour. */
export const DURATION_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600] as const;
