// 16xx: PostgreSQL. Facts name host, port and database, never the user's password.
import { defineCodes } from '../entry.ts';

export const storeCodes = defineCodes({
  'TROOP-1601': {
    message: 'the database cannot be reached: {reason}',
    hint: 'check that PostgreSQL runs and that --database-url names it; nothing is lost, and work goes on when it is back',
    retryable: true,
    exitCode: 3,
    httpStatus: 503,
  },
  'TROOP-1602': {
    message: 'the database has schema {found}, and this program knows schemas up to {known}',
    hint: 'a newer version of Troop has used this database: run that version, or give another --database-url',
    retryable: false,
    exitCode: 6,
    httpStatus: 500,
  },
  'TROOP-1603': {
    message: 'migration {name} was changed after the database had taken it in',
    hint: 'install an unmodified version of Troop; a schema is changed by a further migration, never by editing one',
    retryable: false,
    exitCode: 6,
    httpStatus: 500,
  },
  'TROOP-1604': {
    message: 'a statement of the database took longer than allowed: {statement}',
    hint: 'look at the load of the database and at its locks (pg_stat_activity), then call again',
    retryable: true,
    exitCode: 3,
    httpStatus: 503,
  },
  'TROOP-1605': {
    message: 'migration {name} failed: {reason}',
    hint: 'the database is as it was before this migration; PostgreSQL must be 13 or newer and the user must own the schema',
    retryable: false,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1606': {
    message: 'the database refused the credentials: {reason}',
    hint: 'check user and password of --database-url, or the file that PGPASSFILE names',
    retryable: false,
    exitCode: 4,
    httpStatus: 500,
  },
  'TROOP-1607': {
    message: 'a transaction collided with others {attempts} times and was given up',
    hint: 'call again; if it goes on, look for a long transaction in pg_stat_activity',
    retryable: true,
    exitCode: 3,
    httpStatus: 503,
  },
});
