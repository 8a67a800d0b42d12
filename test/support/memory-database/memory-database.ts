// The coordinator's database in memory, behind the driver's own interface: the use cases run on it unchanged, since each
// statement is known by the name of its .sql file. Transactions follow one after the other, a broken one leaves nothing,
// and a property test holds every statement against PostgreSQL (test/property/inspection/memory-database-agrees.test.ts).
import type { Pool, QueryConfig } from 'pg';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { baselineStatements } from './baseline-statements.ts';
import { campaignStatements } from './campaign-statements.ts';
import { jobStatements } from './job-statements.ts';
import { messageStatements } from './message-statements.ts';
import { offerStatements } from './offer-statements.ts';
import type { Answer, Statement } from './statement.ts';
import { Tables } from './tables.ts';

/** What may go wrong at a statement or a commit. `reply lost`: it is done, and whoever asked hears of a broken line. */
export type StoreFault = 'none' | 'broken' | 'reply lost';

export interface MemoryDatabaseOptions {
  /** Only `nowMs` counts: the database's own clock. */
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly fault?: (at: 'statement' | 'commit') => StoreFault;
  /** Time that a statement or a commit takes. */
  readonly takeTime?: () => Promise<void>;
}

export interface MemoryClient {
  readonly pool: Pool;
  /** Ends every connection at once, as the death of the process does: open transactions leave nothing. */
  kill(): void;
}

export interface MemoryDatabase {
  readonly tables: Tables;
  connect(): MemoryClient;
}

const STATEMENTS: ReadonlyMap<string, Statement> = new Map(
  Object.entries({
    ...jobStatements,
    ...messageStatements,
    ...baselineStatements,
    ...campaignStatements,
    ...offerStatements,
  }),
);

export function createMemoryDatabase(options: MemoryDatabaseOptions): MemoryDatabase {
  const tables = new Tables();
  const turns = createTurns();
  return { tables, connect: () => connectTo({ tables, turns, options }) };
}

interface Shared {
  readonly tables: Tables;
  readonly turns: Turns;
  readonly options: MemoryDatabaseOptions;
}

interface Turns {
  /** Resolves when it is the caller's turn, with what ends it. */
  take(): Promise<() => void>;
}

/** One at a time, in the order of asking. */
function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const end = (): void => {
    const next = waiting.shift();
    if (next === undefined) isTaken = false;
    else next();
  };
  return {
    take: async () => {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve));
      isTaken = true;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        end();
      };
    },
  };
}

const never = (): Promise<never> => new Promise(() => {});
const lineBroke = (): Error => new Error('Connection terminated unexpectedly');

function connectTo(shared: Shared): MemoryClient {
  const life: Life = { isOver: false };
  const open = new Set<() => void>();
  return {
    // Only what the coordinator asks of a pool.
    pool: {
      query: (config: QueryConfig<unknown[]>) => single(shared, life, config),
      connect: async () => {
        await passTime(shared, life);
        const connection = openConnection(shared, life);
        open.add(connection.breakOff);
        return {
          query: connection.query,
          release: () => {
            connection.breakOff();
            open.delete(connection.breakOff);
          },
        };
      },
    } as unknown as Pool,
    kill: () => {
      life.isOver = true;
      for (const breakOff of open) breakOff();
    },
  };
}

/** Of the process that talks to the database. */
interface Life {
  isOver: boolean;
}

async function passTime({ options }: Shared, life: Life): Promise<void> {
  await options.takeTime?.();
  if (life.isOver) await never();
}

function run({ tables, options }: Shared, config: QueryConfig<unknown[]>): object {
  const name = (config.name ?? '').replace(/-[0-9a-f]{12}$/, '');
  const statement = STATEMENTS.get(name);
  if (statement === undefined) {
    throw new Error(`test/support/memory-database knows no ${name}.sql: add what it does`);
  }
  return resultOf(statement(tables, config.values ?? [], options.clock.nowMs()));
}

/** A statement of its own is a transaction of its own. */
async function single(shared: Shared, life: Life, config: QueryConfig<unknown[]>): Promise<object> {
  const { tables, turns, options } = shared;
  await passTime(shared, life);
  const end = await turns.take();
  if (life.isOver) {
    end();
    return await never();
  }
  try {
    const fault = options.fault?.('statement') ?? 'none';
    if (fault === 'broken') throw lineBroke();
    const result = run(shared, config);
    tables.commit();
    if (fault === 'reply lost') throw lineBroke();
    return result;
  } catch (error) {
    tables.rollback();
    throw error;
  } finally {
    end();
  }
}

interface Connection {
  readonly query: (query: QueryConfig<unknown[]>) => Promise<object>;
  /** Takes back what is not committed. */
  readonly breakOff: () => void;
}

function openConnection(shared: Shared, life: Life): Connection {
  const { tables, turns, options } = shared;
  /** Of the open transaction. */
  let endTurn: (() => void) | null = null;
  /** The first failure of the open transaction: from then on every statement is refused, and a commit takes all back. */
  let failure: Error | null = null;
  const finish = (how: 'commit' | 'rollback'): void => {
    failure = null;
    if (endTurn === null) return;
    tables[how]();
    endTurn();
    endTurn = null;
  };
  const begin = async (): Promise<void> => {
    const end = await turns.take();
    if (life.isOver) {
      end();
      await never();
    }
    endTurn = end;
  };
  const commit = (): object => {
    const wasBroken = failure !== null;
    const fault = options.fault?.('commit') ?? 'none';
    finish(wasBroken || fault === 'broken' ? 'rollback' : 'commit');
    if (fault !== 'none') throw lineBroke();
    return { command: wasBroken ? 'ROLLBACK' : 'COMMIT' };
  };
  const statement = (query: QueryConfig<unknown[]>): object => {
    try {
      if (failure !== null) throw failure;
      if (endTurn === null || options.fault?.('statement') === 'broken') throw lineBroke();
      return run(shared, query);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
      throw failure;
    }
  };
  const answer = async (query: QueryConfig<unknown[]>): Promise<object> => {
    await passTime(shared, life);
    if (query.text === 'commit') return commit();
    if (query.text === 'rollback') finish('rollback');
    else if (query.text.startsWith('begin')) await begin();
    else return statement(query);
    return {};
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    breakOff: () => finish('rollback'),
    // In the order in which they were sent, whether or not each was waited for.
    query: (query) => {
      const answered = last.then(() => answer(query));
      last = answered.catch(() => undefined);
      return answered;
    },
  };
}

const resultOf = ({ rows, count }: Answer): object => ({
  // Rows are copies, as they are across a socket.
  rows: rows.map((row) => ({ ...row })),
  rowCount: count ?? rows.length,
});
