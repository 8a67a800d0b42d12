// A process that starts the embedded servers as a coordinator does, to be killed by a test. Prints one line of JSON when
// they run; ends them when its standard input closes and it was asked to.
import { join } from 'node:path';
import { openDataDirectory } from '../../../coordinator/embedded/data-directory.ts';
import { findNatsServer } from '../../../coordinator/embedded/find-nats-server.ts';
import { startNatsProcess } from '../../../coordinator/embedded/nats-process.ts';
import { startPostgresProcess } from '../../../coordinator/embedded/postgres-process.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';

const [dataPath = '', cacheDirectory = ''] = process.argv.slice(2);
const common = { clock: systemClock, logger: silentLogger };

const data = await openDataDirectory(dataPath);
const binary = await findNatsServer({ cacheDirectory, environment: process.env, clock: systemClock });
const [nats, postgres] = await Promise.all([
  startNatsProcess({ ...common, directory: data.nats, binary }),
  startPostgresProcess({ ...common, directory: data.postgres, secretsDirectory: data.secrets }),
]);
const said = {
  uid: process.getuid?.() ?? -1,
  nats: { pid: nats.pid(), url: nats.url, isAdopted: nats.isAdopted },
  postgres: { pid: postgres.pid(), url: postgres.url, isAdopted: postgres.isAdopted },
  logs: join(data.path, 'logs'),
};
process.stdout.write(`${JSON.stringify(said)}\n`);

process.once('SIGTERM', () => {
  void (async () => {
    await Promise.all([nats.stop(), postgres.stop()]);
    await data.release();
    process.exit(0);
  })();
});
