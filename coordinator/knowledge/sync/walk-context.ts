// What every part of a walk shares.
import type { Breather } from '../../../shared/runtime/breather.ts';
import type { ChoiceRules } from './choose-releases.ts';
import type { ProblemBook } from './problems.ts';
import type { SyncDependencies, SyncOptions } from './sync-options.ts';
import type { Tally } from './tally.ts';

export interface WalkContext {
  readonly dependencies: SyncDependencies;
  readonly options: SyncOptions;
  readonly rules: ChoiceRules;
  readonly problems: ProblemBook;
  readonly tally: Tally;
  readonly breather: Breather;
  readonly signal: AbortSignal;
}
