// The words of `troop-agent`. Commands are loaded when they are called, so that `--help` is quick.
import { Command } from 'commander';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import type { AgentFlags } from '../config.ts';
import type { JoinFlags } from './join.ts';

const STATE_OPTION = ['--state <dir>', 'directory of credentials, spool and caches'] as const;

export function agentProgram(finish: (status: number) => void): Command {
  if (process.platform === 'win32') throw new TroopError('TROOP-1009', { platform: 'Windows' });
  const program = new Command('troop-agent')
    .description(
      'Serves one lab machine to a Troop fleet: detects its hardware, builds stacks and measures them.',
    )
    .version(TROOP_VERSION)
    .showHelpAfterError('(--help shows the form)')
    .addHelpText(
      'after',
      '\nFirst time on a machine:\n  troop-agent doctor\n  troop-agent join http://coordinator:8700 --token-file token\n  troop-agent run\n',
    );

  program
    .command('join <url>')
    .description('enrol this machine with a token of `troop token create`')
    .requiredOption('--token-file <file>', "file that holds the token, '-' for standard input")
    .option('--name <name>', 'how to call this machine; its host name by default')
    .option(...STATE_OPTION)
    .option('--json', 'answer in JSON')
    .action(async (url: string, flags: JoinFlags) =>
      finish(await (await import('./join.ts')).join(url, flags)),
    );

  program
    .command('run')
    .description(
      'serve the fleet until stopped; the first SIGTERM lets the running trial end, the second does not',
    )
    .option(...STATE_OPTION)
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--metrics-port <port>', 'port on loopback for /metrics')
    .option('--exit-with-parent', 'stop when standard input closes')
    .action(async (flags: AgentFlags & { exitWithParent?: boolean }) =>
      finish(await (await import('./run.ts')).run(flags)),
    );

  program
    .command('doctor')
    .description('check whether this machine can serve a fleet, and say what to do where it cannot')
    .option(...STATE_OPTION)
    .option('--json', 'answer in JSON')
    .action(async (flags: AgentFlags & { json?: boolean }) =>
      finish(await (await import('./doctor.ts')).doctor(flags)),
    );

  program
    .command('status')
    .description('what the agent of this machine does now')
    .option(...STATE_OPTION)
    .option('--json', 'answer in JSON')
    .action(async (flags: AgentFlags & { json?: boolean }) =>
      finish(await (await import('./status.ts')).status(flags)),
    );

  return program;
}
