// The words and options of running a coordinator here, and the demo.
import type { Command } from 'commander';
import type { CoordinatorFlags } from '../../config.ts';
import type { DemoFlags } from '../commands/demo.ts';
import type { Finish } from './common.ts';

export function addServeCommands(program: Command, finish: Finish): void {
  program
    .command('up')
    .description(
      'run the coordinator here, with a PostgreSQL, a NATS and an agent of its own unless told otherwise',
    )
    .option('--port <port>', 'port of the HTTP API (8700)')
    .option('--host <address>', 'address to listen on (127.0.0.1); other machines need one that they reach')
    .option('--agents <n>', 'agents to run on this machine (1)')
    .option('--data <dir>', 'where everything is kept')
    .option('--database-url <url>', 'a PostgreSQL to use')
    .option('--broker <url>', 'a NATS to use')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--json', 'say in JSON where it listens')
    .action(async (flags: CoordinatorFlags & { json?: boolean }) =>
      finish(await (await import('../commands/up.ts')).up(flags)),
    );

  program
    .command('demo')
    .description('the main job on real packages, to the end, with its report')
    .option('--data <dir>', 'where everything is kept, for the next time too')
    .option('--json', 'the report in JSON')
    .action(async (flags: DemoFlags) => finish(await (await import('../commands/demo.ts')).demo(flags)));
}
