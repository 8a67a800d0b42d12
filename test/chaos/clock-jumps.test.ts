// Somebody sets a clock by hours in the middle of a block: the agent's, the coordinator's or the database's, each a clock of
// its own. Whatever it says, every inspection is decided once, no hold is lost for it, and nothing is left behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPostgresBinaries } from '../../coordinator/embedded/postgres-binaries.ts';
import { startPostgresProcess, type EmbeddedPostgres } from '../../coordinator/embedded/postgres-process.ts';
import { chooseUser } from '../../coordinator/embedded/run-as.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { expectAllWell, inABlock, openChaosFleet, type ChaosFleet } from '../support/chaos-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { createFakedClock, findFaketime, wrappedPrograms, type FakedClock } from '../support/faked-clock.ts';
import { argvOf, environmentOf } from '../support/programs.ts';

const HOURS = 3;
/** Two trials where the database's clock jumps: while one is under way, another job waits. */
const STACKS = { agent: 2, coordinator: 2, database: 4 } as const;
const PARTS = ['agent', 'coordinator', 'database'] as const;
type Part = (typeof PARTS)[number];

let folder: string;
let clocks: Record<Part, FakedClock>;
let postgres: EmbeddedPostgres | null = null;
let agent: ChildProcess | null = null;
let fleet: Fleet | null = null;
let chaos: ChaosFleet | null = null;

async function startDatabase(): Promise<EmbeddedPostgres> {
  const directory = join(folder, 'postgres');
  const user = await chooseUser(directory);
  const { initdb, postgres: server } = await findPostgresBinaries({ copyDirectory: directory, user });
  const programs = { initdb, postgres: server };
  const secretsDirectory = join(folder, 'secrets');
  await mkdir(secretsDirectory, { mode: 0o700 });
  return await startPostgresProcess({
    directory,
    secretsDirectory,
    nativeDirectory: await wrappedPrograms(join(folder, 'native'), programs, clocks.database.environment),
    clock: systemClock,
    logger: silentLogger,
  });
}

/** In the place of the fleet's own agent, which would live by the coordinator's clock. */
async function startAgent(of: Fleet): Promise<ChildProcess> {
  const state = join(of.data, 'agents', 'local-1');
  const environment = environmentOf({
    ...clocks.agent.environment,
    TROOP_AGENT_STATE: state,
    TROOP_AGENT_HOST_LOCK: join(of.home, 'host.lock'),
    TROOP_AGENT_HIDDEN: of.data,
  });
  await mkdir(state, { recursive: true, mode: 0o700 });
  const token = await of.write('token', (await of.troop('token', 'create')).stdout);
  const [node = '', ...join1] = argvOf('troop-agent', [
    'join',
    of.url(),
    '--token-file',
    token,
    '--name',
    'local-1',
  ]);
  const joined = await runCommand(node, join1, { timeoutMs: 60_000, environment });
  expect(joined).toMatchObject({ exitCode: 0, failure: null });
  const log = await open(join(of.home, 'agent.log'), 'a');
  const child = spawn(node, argvOf('troop-agent', ['run']).slice(1), {
    stdio: ['ignore', log.fd, log.fd],
    env: environment,
  });
  await log.close();
  return child;
}

let library: string | null = null;

beforeAll(async () => {
  library = await findFaketime();
  if (library === null) return;
  folder = await mkdtemp(join(tmpdir(), 'troop-clocks-'));
  // As root the database runs as another user, who has to pass.
  await chmod(folder, 0o711);
  const clockOf = (part: Part): Promise<FakedClock> => createFakedClock(library ?? '', join(folder, part));
  clocks = {
    agent: await clockOf('agent'),
    coordinator: await clockOf('coordinator'),
    database: await clockOf('database'),
  };
  postgres = await startDatabase();
  fleet = await startFleet({
    flags: ['--agents', '0', `--database-url=${postgres.url}`],
    environment: { ...clocks.coordinator.environment, TROOP_RETRY_BASE_MS: '50' },
    databaseUrl: postgres.url,
  });
  agent = await startAgent(fleet);
  chaos = await openChaosFleet(fleet);
  await chaos.know({ steady: STACKS.database + 2 });
});
afterAll(async () => {
  if (library === null) return;
  await chaos?.close();
  if (agent !== null && agent.exitCode === null) {
    agent.kill('SIGTERM');
    await once(agent, 'exit');
  }
  await fleet?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const JUMPS = PARTS.flatMap((part) =>
  [
    { part, to: HOURS, way: 'forward' },
    { part, to: 0, way: 'back' },
  ].map(
    (jump) => [`the ${part}'s clock is set ${jump.way} by hours in the middle of a block`, jump] as const,
  ),
);

test.for(JUMPS)('%s', async ([, jump], context) => {
  if (chaos === null) return context.skip('libfaketime is not there (Debian: faketime)');
  const { part, to, way } = jump;
  const name = `${part}-${way}`;
  await chaos.campaign(name, { project: 'steady', stacks: STACKS[part] });
  await inABlock(chaos, name);
  await clocks[part].setAheadBy(to);
  await expectAllWell(chaos, name, STACKS[part]);
  const lost = await chaos.fleet.rows(
    `select k.reason from claims k join jobs j on j.id = k.job_id join campaigns c on c.id = j.campaign_id
     where c.name = $1 and k.ending = 'expired'`,
    [name],
  );
  expect(lost).toEqual([]);
});

test('the clocks were what was set', async (context) => {
  if (chaos === null) return context.skip('libfaketime is not there (Debian: faketime)');
  await clocks.database.setAheadBy(HOURS);
  const [row] = await chaos.fleet.rows<{ ahead: number }>(
    `select extract(epoch from clock_timestamp())::float8 - $1::float8 as ahead`,
    [Date.now() / 1000],
  );
  expect((row?.ahead ?? 0) / 3600).toBeCloseTo(HOURS, 1);
});
