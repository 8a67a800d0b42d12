// A statement of the coordinator, by the name of its .sql file: what it reads and changes, in memory.
import { DatabaseError } from 'pg';
import type { Tables } from './tables.ts';

export interface Answer {
  readonly rows: readonly object[];
  /** Of a statement that changes rows and gives none. */
  readonly count?: number;
}

/** `values` are those that the coordinator sends; `nowMs` is the database's clock. */
export type Statement = (tables: Tables, values: readonly unknown[], nowMs: number) => Answer;

export const rows = (...found: readonly object[]): Answer => ({ rows: found });
export const changed = (count: number): Answer => ({ rows: [], count });
export const NOTHING: Answer = { rows: [] };

export const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`a text was expected, not ${typeof value}`);
  return value;
};
export const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new Error(`a number was expected, not ${typeof value}`);
  return value;
};
export const json = <Value>(value: unknown): Value => JSON.parse(text(value)) as Value;

export function uniqueViolation(constraint: string): DatabaseError {
  const error = new DatabaseError(`duplicate key violates ${constraint}`, 0, 'error');
  error.code = '23505';
  error.constraint = constraint;
  return error;
}
