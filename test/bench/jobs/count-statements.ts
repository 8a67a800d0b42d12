// What a pool's connections sent and were sent: statements by name, and bytes. Each statement is a round trip of its own
// unless it was sent before the one ahead of it was answered.
import type { Pool, PoolClient } from 'pg';

export interface Traffic {
  readonly statements: number;
  /** Times that a connection had nothing under way and was given a statement. */
  readonly roundTrips: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly byName: Readonly<Record<string, number>>;
}

/** Counts from now on; the returned function gives what came since its last call. */
export function countStatements(pool: Pool): () => Traffic {
  let byName = new Map<string, number>();
  let roundTrips = 0;
  let bytesBefore = { sent: 0, received: 0 };
  const sockets: { bytesWritten: number; bytesRead: number }[] = [];
  const known = new WeakSet<PoolClient>();
  // Not at 'connect': a pool may have connections already.
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    sockets.push(socketOf(client));
    listen(client, (name, isFirst) => {
      byName.set(name, (byName.get(name) ?? 0) + 1);
      roundTrips += isFirst ? 1 : 0;
    });
  });
  return () => {
    const sent = sum(sockets.map(({ bytesWritten }) => bytesWritten));
    const received = sum(sockets.map(({ bytesRead }) => bytesRead));
    const traffic = {
      statements: sum([...byName.values()]),
      roundTrips,
      bytesSent: sent - bytesBefore.sent,
      bytesReceived: received - bytesBefore.received,
      byName: Object.fromEntries([...byName].toSorted(([, a], [, b]) => b - a)),
    };
    bytesBefore = { sent, received };
    byName = new Map();
    roundTrips = 0;
    return traffic;
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The driver keeps its socket there, which its types do not say. */
function socketOf(client: PoolClient): { bytesWritten: number; bytesRead: number } {
  return (client as unknown as { connection: { stream: { bytesWritten: number; bytesRead: number } } })
    .connection.stream;
}

function listen(client: PoolClient, onStatement: (name: string, isFirst: boolean) => void): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  let underWay = 0;
  const counting = (...given: unknown[]): unknown => {
    onStatement(nameOf(given[0]), underWay === 0);
    underWay += 1;
    const answer = query(...given);
    const over = (): void => {
      underWay -= 1;
    };
    // A pool hands over a callback instead of waiting.
    if (answer instanceof Promise) answer.then(over, over);
    else over();
    return answer;
  };
  Object.assign(client, { query: counting });
}

/** `lock-job`, `begin`: without the digest that keeps two files of one name apart. */
function nameOf(query: unknown): string {
  const { name, text } = query as { readonly name?: string; readonly text?: string };
  return name?.replace(/-[0-9a-f]{12}$/, '') ?? text?.split(' ')[0] ?? 'unnamed';
}
