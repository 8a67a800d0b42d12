// The logger as a port, and pino behind it. Messages are static sentences; everything that varies is a field.
import { pino, destination } from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  child(fields: LogFields): Logger;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What could not be written yet is kept up to this, and the rest is lost. */
const MAXIMUM_HELD_BYTES = 1024 ** 2;

/** JSON lines on stderr (or to a file); fields that could hold a secret are removed, at the top and one level down. */
export function pinoLogger(options: { level: LogLevel; path?: string }): Logger {
  const place = options.path === undefined ? { fd: 2 } : { dest: options.path, mkdir: true };
  const lines = destination({ ...place, sync: true, maxLength: MAXIMUM_HELD_BYTES });
  // A full disk under the log ends no trial, and there is nobody else to tell.
  lines.on('error', () => {});
  const secrets = ['token', 'password', 'authorization', 'credential', 'privateKey', 'secret'];
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[removed]' },
    },
    lines,
  );
}

export const silentLogger: Logger = {
  child: () => silentLogger,
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
