// What the coordinator is started with, and everything that main.ts has opened, as the parts of the composition are given it.
import type { coordinatorMetrics } from '../../shared/metrics/coordinator-metrics.ts';
import type { Metrics } from '../../shared/metrics/metrics.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { CoordinatorConfig } from '../config.ts';
import type { DataDirectory } from '../embedded/data-directory.ts';
import type { SamplingEngine } from '../sampling/engine.ts';
import type { OpenBroker } from './open-broker.ts';
import type { OpenDatabase } from './open-database.ts';
import type { OpenKnowledge } from './open-knowledge.ts';
import type { CoordinatorSecrets } from './secrets.ts';

export interface CoordinatorTools {
  readonly config: CoordinatorConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Says what is being started, for the person who waits. */
  readonly say: (line: string) => void;
  /** Aborts the start. */
  readonly signal: AbortSignal;
}

export interface Opened extends CoordinatorTools {
  readonly lifecycle: Lifecycle;
  readonly ids: Ids;
  readonly random: () => number;
  readonly data: DataDirectory;
  readonly secrets: CoordinatorSecrets;
  readonly database: OpenDatabase;
  readonly broker: OpenBroker;
  readonly knowledge: OpenKnowledge;
  readonly engine: SamplingEngine;
  readonly metrics: Metrics<keyof typeof coordinatorMetrics>;
}
