// Where sampled stacks come from, as this room sees it: a stream that can be opened again from its cursor. Whoever
// wires the coordinator compiles spaces in a worker thread and keeps them open between calls.
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { SampledFrom } from '../monkey/strategies/sampled-from.ts';
import type { LearnedLog } from '../sampling/learned-log.ts';
import type { CampaignDefinition } from './definition.ts';

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface StreamRequest {
  readonly definition: CampaignDefinition;
  readonly knowledgeSnapshotId: string;
  readonly environment: TargetEnvironment;
  /** `candidates`: by the campaign's strategy and seed. `baselines`: the stacks that may serve as one, best first. */
  readonly purpose: 'candidates' | 'baselines';
  /** Null: from the start. */
  readonly cursor: JsonValue;
  /** What the stream was told when it was drawn from before, and what it is to be told now. */
  readonly learned?: LearnedLog;
}

export interface LockedStackStream {
  /** The next stack, or null when there is none; no stack comes twice. */
  next(): Promise<LockedStack | null>;
  /** Opening with it goes on after the last stack that was given. */
  readonly cursor: JsonValue;
  /** Where the last stack came from; null before the first. Baselines are not sampled. */
  readonly sampledFrom?: SampledFrom | null;
  /** What the strategy has found out by the last draw. */
  readonly finding?: JsonValue;
  /** Projects that rules name and that no stack of its space can have. */
  readonly unmatchedNames?: () => Promise<readonly string[]>;
}

/** Throws a TroopError when the requirements cannot be sampled at all. */
export type OpenStream = (request: StreamRequest) => Promise<LockedStackStream>;
