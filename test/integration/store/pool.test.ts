import { createServer } from 'node:net';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool, transaction } from '../../../coordinator/store/pool.ts';
import { queryRows, run } from '../../../coordinator/store/sql-file.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../support/tcp-fault-proxy.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool({ connectionString: database.url, logger: silentLogger, statementTimeoutMs: 2_000 });
  await pool.query('create table counters (id int primary key, value int not null)');
  await pool.query('insert into counters select i, 0 from generate_series(1, 4) i');
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('runs a transaction again that collided with another, so that no increment is lost', async () => {
  await Promise.all(
    Array.from({ length: 4 }, () =>
      transaction(
        pool,
        async (client) => {
          const { rows } = await client.query<{ value: number }>({
            text: 'select value from counters where id = 1',
          });
          await client.query({
            text: 'update counters set value = $1 where id = 1',
            values: [(rows[0]?.value ?? 0) + 1],
          });
        },
        { isolation: 'serializable', attempts: 50 },
      ),
    ),
  );
  const { rows } = await pool.query('select value from counters where id = 1');
  expect(rows).toEqual([{ value: 4 }]);
});

test('undoes everything when the work throws, and passes the error on', async () => {
  const failing = transaction(pool, async (client) => {
    await client.query({ text: 'update counters set value = 99 where id = 2' });
    throw new RangeError('no');
  });
  await expect(failing).rejects.toThrow(RangeError);
  const { rows } = await pool.query('select value from counters where id = 2');
  expect(rows).toEqual([{ value: 0 }]);
});

const setSql = { name: 'set', text: 'update counters set value = $2 where id = $1', answerWithinMs: 20_000 };
const setTo = (id: number, value: number | string) => ({ sql: setSql, values: [id, value] });
const valuesOf = async (...ids: readonly number[]): Promise<number[]> => {
  const text = 'select value from counters where id = any ($1::int[]) order by id';
  const { rows } = await pool.query<{ value: number }>(text, [ids]);
  return rows.map(({ value }) => value);
};

test('commits together with the last statements, and gives what they answered', async () => {
  const counts = await transaction(
    pool,
    async (client) => {
      await client.query({ text: 'select value from counters where id = 2 for update' });
      const answers = await client.commitWith([setTo(2, 5), setTo(99, 5)]);
      return answers.map(({ count }) => count);
    },
    { readsFirst: true },
  );
  expect(counts).toEqual([1, 0]);
  expect(await valuesOf(2)).toEqual([5]);
});

test('keeps nothing of statements that were sent with one that failed, the commit among them', async () => {
  const failing = transaction(pool, async (client) => {
    await client.commitWith([setTo(3, 7), setTo(3, 'no number'), setTo(4, 7)]);
  });
  await expect(failing).rejects.toThrow('invalid input syntax for type integer');
  expect(await valuesOf(3, 4)).toEqual([0, 0]);
  expect(await transaction(pool, async () => 'again')).toBe('again');
});

test('sends no statement after its commit, which would be a transaction of its own', async () => {
  const late = transaction(pool, async (client) => {
    await client.commitWith([setTo(3, 1)]);
    await run(client, setTo(4, 1));
  });
  await expect(late).rejects.toThrow('after the commit');
  expect(await valuesOf(3, 4)).toEqual([1, 0]);
});

test('does not pass a transaction for committed in which a failure was swallowed', async () => {
  const swallowing = transaction(pool, async (client) => {
    await run(client, setTo(4, 8));
    await run(client, setTo(4, 'no number')).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('invalid input syntax for type integer');
  expect(await valuesOf(4)).toEqual([0]);
});

test('says which statement took too long', async () => {
  const slow = queryRows(pool, {
    name: 'slow-statement',
    text: 'select pg_sleep(60)',
    answerWithinMs: 20_000,
  });
  await expect(slow).rejects.toMatchObject({ code: 'TROOP-1604', facts: { statement: 'slow-statement' } });
});

test('calls a server that is not there unreachable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const away = openPool({ connectionString: `postgres://u@127.0.0.1:${port}/x`, logger: silentLogger });
  await expect(transaction(away, async () => 1)).rejects.toMatchObject({ code: 'TROOP-1601' });
  await away.end();
});

test('survives that the server cuts its connections', async () => {
  const cut = transaction(pool, async (client) => {
    await client.query({ text: 'select pg_terminate_backend(pg_backend_pid())' });
  });
  await expect(cut).rejects.toMatchObject({ code: 'TROOP-1601' });
  expect(await transaction(pool, async () => 'again')).toBe('again');
});

const QUESTION = { name: 'one', text: 'select 1 as one', answerWithinMs: 300 };

/** A pool whose connections go through a proxy that can fail. */
async function openThroughProxy(): Promise<{ proxy: TcpFaultProxy; through: Pool }> {
  const url = new URL(database.url);
  const proxy = await startTcpFaultProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const through = openPool({ connectionString: url.href, logger: silentLogger, maximumConnections: 1 });
  return { proxy, through };
}

test('calls a connection that carries nothing any more lost, and opens another', async () => {
  const { proxy, through } = await openThroughProxy();
  expect(await queryRows(through, QUESTION)).toEqual([{ one: 1 }]);
  proxy.goSilent();
  await expect(queryRows(through, QUESTION)).rejects.toMatchObject({ code: 'TROOP-1601' });
  proxy.heal();
  expect(await transaction(through, (client) => queryRows(client, QUESTION))).toEqual([{ one: 1 }]);
  await through.end();
  await proxy.close();
});

test('lets no transaction wait for ever on a connection that went silent in the middle of it', async () => {
  const { proxy, through } = await openThroughProxy();
  const cut = transaction(through, async (client) => {
    proxy.goSilent();
    await queryRows(client, QUESTION);
  });
  await expect(cut).rejects.toMatchObject({ code: 'TROOP-1601' });
  proxy.heal();
  expect(await queryRows(through, QUESTION)).toEqual([{ one: 1 }]);
  await through.end();
  await proxy.close();
});
