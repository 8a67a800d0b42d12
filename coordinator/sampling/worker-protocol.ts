// What the coordinator and its sampling thread say to each other.
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import type { Drawn, DrawRequest } from './engine.ts';

export interface WorkerSettings {
  /** With credentials; never logged. */
  readonly databaseUrl: string;
}

export type WorkerCall = { readonly id: number; readonly request: DrawRequest } & (
  { readonly kind: 'check' } | { readonly kind: 'draw'; readonly count: number }
);

export type WorkerAnswer = { readonly id: number } & (
  | { readonly ok: true; readonly drawn: Drawn | null }
  | { readonly ok: false; readonly error: SerialisedError }
);
