// The embedded PostgreSQL as the tests' own server, on machines that have none: one a run, whoever needs it first.
import { join } from 'node:path';
import { withLock } from '../../shared/runtime/file-lock.ts';
import { startPostgresProcess, type EmbeddedPostgres } from '../../coordinator/embedded/postgres-process.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';

const startIn = (directory: string): Promise<EmbeddedPostgres> =>
  startPostgresProcess({
    directory: join(directory, 'postgres'),
    secretsDirectory: join(directory, 'secrets'),
    database: 'postgres',
    clock: systemClock,
    logger: silentLogger,
  });

/** Address of the run's server, started by the first caller of all workers. */
export async function sharedPostgresUrl(): Promise<string> {
  const directory = process.env['TROOP_TEST_SERVERS'];
  if (directory === undefined) {
    throw new Error(
      'no PostgreSQL answers, and this project has no global set-up that would end one of our own',
    );
  }
  const note = join(directory, 'secrets', 'postgres-url');
  const onTimeout = (holderPid: number): Error =>
    new Error(`process ${holderPid} has been starting PostgreSQL for too long`);
  return withLock(
    join(directory, 'postgres.lock'),
    { clock: systemClock, timeoutMs: 90_000, onTimeout },
    async () => {
      const known = await readNamedTextIfThere(note);
      if (known !== null) return known;
      const { url } = await startIn(directory);
      await writePrivateFile(note, url);
      return url;
    },
  );
}

/** Adopts the server of the run and ends it. */
export async function stopSharedPostgres(directory: string): Promise<void> {
  await (await startIn(directory)).stop();
}
