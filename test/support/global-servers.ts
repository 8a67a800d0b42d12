// Servers that a whole test run shares are started by the first test that needs one, and ended here when the run is
// over. A run on a machine that has its own PostgreSQL starts none.
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopSharedPostgres } from './embedded-test-postgres.ts';

const VARIABLE = 'TROOP_TEST_SERVERS';

let mine: string | null = null;

export async function setup(): Promise<void> {
  // Several projects of one run share the directory of the first.
  if (process.env[VARIABLE] !== undefined) return;
  mine = await mkdtemp(join(tmpdir(), 'troop-test-servers-'));
  // As root the database runs as another user, who has to pass.
  await chmod(mine, process.getuid?.() === 0 ? 0o711 : 0o700);
  await mkdir(join(mine, 'secrets'), { mode: 0o700 });
  process.env[VARIABLE] = mine;
}

export async function teardown(): Promise<void> {
  if (mine === null) return;
  const wasStarted = await stat(join(mine, 'postgres')).then(
    () => true,
    () => false,
  );
  if (wasStarted) await stopSharedPostgres(mine);
  await rm(mine, { recursive: true, force: true });
  delete process.env[VARIABLE];
  mine = null;
}
