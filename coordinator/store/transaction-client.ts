// One transaction on one connection, with few waits: its first statement may travel together with `begin`, its last ones
// together with `commit`. Nothing of that weakens it: the server takes statements in the order in which they were sent, and
// once one has failed it refuses all that follow, the commit included.
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import {
  ANSWER_WITHIN_MS,
  run,
  type BoundedQuery,
  type Queryable,
  type Statement,
  type StatementAnswer,
} from './sql-file.ts';

export interface TransactionClient extends Queryable {
  /**
   * Sends the last statements of the transaction and its commit at once. Only for statements whose answers decide nothing any
   * more: they are known when all is committed. They come as values, so that nothing of ours can fail half-way.
   */
  commitWith<const Statements extends readonly Statement[]>(
    statements: Statements,
  ): Promise<Answers<Statements>>;
}

type Answers<Statements> = {
  readonly [Key in keyof Statements]: Statements[Key] extends Statement<infer Row>
    ? StatementAnswer<Row>
    : never;
};

export interface OpenTransaction {
  readonly client: TransactionClient;
  /** Resolves when the server has begun it. */
  readonly begun: Promise<unknown>;
  /** Waits for the one commit; the first caller sends it. Throws what a statement failed with, though it was swallowed. */
  commit(): Promise<void>;
  /** Never throws. */
  rollback(): Promise<void>;
}

/** A line that carries nothing any more answers no `begin` either. */
const bounded = (text: string): BoundedQuery => ({ text, query_timeout: ANSWER_WITHIN_MS });

export function openTransaction(connection: PoolClient, isolation: string): OpenTransaction {
  const begun = connection.query(bounded(`begin isolation level ${isolation}`));
  // Whoever asks for an answer hears of it.
  begun.catch(() => undefined);
  let failure: Error | null = null;
  let committed: Promise<void> | null = null;

  const ask = async <Row extends QueryResultRow>(
    config: QueryConfig<unknown[]>,
  ): Promise<QueryResult<Row>> => {
    if (committed !== null) throw new Error('a statement after the commit would be a transaction of its own');
    try {
      // An answer counts only inside a transaction that has begun.
      const [answer] = await Promise.all([connection.query<Row>(config), begun]);
      return answer;
    } catch (error) {
      // Those that were sent behind it say only that the transaction is broken.
      failure ??= error instanceof Error ? error : new Error(String(error));
      throw failure;
    }
  };
  const sendCommit = async (): Promise<void> => {
    const { command } = await connection.query(bounded('commit'));
    // A transaction in which a statement has failed answers with a rollback, and no error.
    if (command !== 'COMMIT') throw failure ?? new Error(`a commit was answered with ${command}`);
  };
  const commit = (): Promise<void> => (committed ??= sendCommit());
  return {
    begun,
    commit,
    client: {
      query: ask,
      commitWith: async <const Statements extends readonly Statement[]>(statements: Statements) => {
        const answers = Promise.all(statements.map((statement) => run({ query: ask }, statement)));
        const over = commit();
        // What a statement failed with says more than that the commit was refused.
        over.catch(() => undefined);
        const given = await answers;
        await over;
        return given as unknown as Answers<Statements>;
      },
    },
    rollback: async () => {
      await connection.query(bounded('rollback')).catch(() => undefined);
    },
  };
}
