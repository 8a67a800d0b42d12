// How a process ended, from what its launcher reported.
import { constants } from 'node:os';

export interface DecodedExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const signalNames = new Map<number, string>();
// Of two names for one number (SIGABRT and SIGIOT) the first is the usual one.
for (const [name, number] of Object.entries(constants.signals)) {
  if (!signalNames.has(number)) signalNames.set(number, name);
}

/**
 * A launcher inside a namespace can only hand on an exit status: 128 + n for signal n (POSIX shell, 2.8.2). A program
 * that exits with such a status by itself cannot be told apart, as everywhere where shells are.
 */
export function decodeExit(
  code: number | null,
  signal: string | null,
  reportsSignalsAsCodes: boolean,
): DecodedExit {
  if (signal !== null || code === null) return { exitCode: null, signal };
  const decoded = reportsSignalsAsCodes && code > 128 ? signalNames.get(code - 128) : undefined;
  return decoded === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal: decoded };
}
