// What a program and its sampling thread say to each other.
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import type { QueryKind } from './queries/answer-query.ts';
import type { DrawRequest, PageRequest } from './streams.ts';

export interface WorkerSettings {
  /** A database URL is with credentials; never logged. */
  readonly knowledge: { readonly databaseUrl: string } | { readonly file: string };
}

export type CallBody =
  | { readonly kind: 'check'; readonly request: DrawRequest }
  | { readonly kind: 'draw'; readonly request: DrawRequest; readonly count: number }
  | { readonly kind: 'page'; readonly request: PageRequest; readonly count: number }
  | { readonly kind: 'ask'; readonly query: QueryKind; readonly request: unknown };

export interface WorkerCall {
  readonly id: number;
  readonly body: CallBody;
}

export type WorkerAnswer = { readonly id: number } & (
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: SerialisedError }
);
