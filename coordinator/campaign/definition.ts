// What a campaign asks, with every default filled in: the form in which it lies in the database. The file that people
// write is read by campaign-file.ts.
import type { BenchmarkSpec } from '../../shared/measurement/benchmark.ts';
import type { Trial, TrialLimits } from '../../shared/protocol/claim-message.ts';
import type { Priority } from '../../shared/protocol/subjects.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { Stack } from '../../shared/stack/stack.ts';
import type { AllowedHashes } from '../../shared/stack/with-hashes.ts';
import type { Sampling } from '../monkey/strategies/open-sampling.ts';
import type { CampaignSpace } from './define-space.ts';

export interface CampaignIndex {
  /** As the knowledge base calls it. */
  readonly name: string;
  readonly url?: string;
}

/** `none`: every stack is measured alone. */
export type BaselineChoice = 'latest' | 'none' | { readonly stack: Stack };

export interface CampaignDefinition extends CampaignSpace {
  readonly name: string;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly CampaignIndex[];
  readonly environments: readonly TargetEnvironment[];
  readonly lanes: readonly string[];
  readonly baseline: BaselineChoice;
  /** `count` stacks for each environment, each inspected once on every lane: by one strategy or a mix, never both. */
  readonly sampling: Sampling & { readonly count: number; readonly seed: string };
  readonly benchmarks: readonly BenchmarkSpec[];
  /** Candidates beside the baseline, and rounds of fresh launches. */
  readonly trial: { readonly stacks: number; readonly blocks: number; readonly pace: Trial['pace'] };
  readonly limits: TrialLimits;
  readonly allowSdists: boolean;
  /** RFC 3339; null: everything that the snapshot knows. */
  readonly excludeNewer: string | null;
  /** SHA-256 of the files that may be locked, by project name; absent: no project is restricted. */
  readonly hashes?: AllowedHashes;
  readonly priority: Priority;
  readonly budget: { readonly machineHours: number | null };
  readonly continuous: { readonly every: string } | null;
}

/** Of the one environment of a campaign that names none. */
export const DEFAULT_PYTHON = '3.11';

export const DEFAULT_PACE: Trial['pace'] = { valueMs: 50, values: null, warmups: 1, launches: 2 };

export const DEFAULT_LIMITS: TrialLimits = {
  buildMs: 20 * 60_000,
  launchMs: 5 * 60_000,
  memoryBytes: 8 * 1024 ** 3,
  outputBytes: 16 * 1024 ** 2,
  processes: 512,
};
