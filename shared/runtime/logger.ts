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

/** JSON lines on stderr (or to a file); fields that could hold a secret are removed, at the top and one level down. */
export function pinoLogger(options: { level: LogLevel; path?: string }): Logger {
  const secrets = ['token', 'password', 'authorization', 'credential', 'privateKey', 'secret'];
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[removed]' },
    },
    destination(
      options.path === undefined ? { fd: 2, sync: true } : { dest: options.path, mkdir: true, sync: true },
    ),
  );
}

export const silentLogger: Logger = {
  child: () => silentLogger,
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
