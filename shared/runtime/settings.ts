// Reading single settings from text, with errors that name the setting.
import { TroopError } from '../errors/troop-error.ts';
import type { LogLevel } from './logger.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Throws TROOP-1002. */
export function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (level === undefined) {
    throw new TroopError('TROOP-1002', {
      what: 'the log level',
      reason: `'${text}' is none of ${LOG_LEVELS.join(', ')}`,
    });
  }
  return level;
}

/** Throws TROOP-1002. */
export function readWholeNumber(what: string, text: string, maximum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > maximum) {
    throw new TroopError('TROOP-1002', { what, reason: `'${text}' is not a whole number up to ${maximum}` });
  }
  return value;
}
