// The words and options of the commands on enrolment tokens.
import type { Command } from 'commander';
import type { CommonFlags } from '../command-context.ts';
import type { CreateTokenFlags } from '../commands/token.ts';
import { talking, type Finish } from './common.ts';

export function addTokenCommands(program: Command, finish: Finish): void {
  const token = program.command('token').description('tokens with which machines join');
  const commands = () => import('../commands/token.ts');

  talking(token.command('create'))
    .description('a new enrolment token, on standard output, shown once')
    .option('--lab <lab>', 'the lab that the machines belong to', 'default')
    .option('--uses <n>', 'how many machines may join with it', '1')
    .option('--ttl <duration>', 'how long it is good, such as 30m, 12h, 7d', '1h')
    .option('--no-approve', 'machines that join wait for `troop agent approve`')
    .action(async (flags: CreateTokenFlags) => finish(await (await commands()).createToken(flags)));
  talking(token.command('list'))
    .description('tokens that can still be used')
    .action(async (flags: CommonFlags) => finish(await (await commands()).listTokens(flags)));
  talking(token.command('revoke <id>'))
    .description('make a token useless')
    .action(async (id: string, flags: CommonFlags) =>
      finish(await (await commands()).revokeToken(id, flags)),
    );
}
