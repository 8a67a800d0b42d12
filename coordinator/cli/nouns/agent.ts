// The words and options of the commands on machines of the fleet.
import type { Command } from 'commander';
import type { CommonFlags } from '../command-context.ts';
import type { AgentOrder } from '../commands/agent.ts';
import { talking, type Finish } from './common.ts';

const ORDERS: Readonly<Record<AgentOrder, string>> = {
  approve: 'let a pending machine work',
  drain: 'let it finish what it does and take no more',
  undrain: 'let it take work again',
  quarantine: 'take it out of service',
  remove: 'end its access for good',
};

export function addAgentCommands(program: Command, finish: Finish): void {
  const agent = program.command('agent').description('the machines of the fleet');
  const commands = () => import('../commands/agent.ts');

  talking(agent.command('list'))
    .description('all machines')
    .action(async (flags: CommonFlags) => finish(await (await commands()).listAgents(flags)));
  talking(agent.command('show <agent>'))
    .description('one machine: its facts, its lanes, and why it is not in the others')
    .action(async (name: string, flags: CommonFlags) =>
      finish(await (await commands()).showAgent(name, flags)),
    );
  for (const [order, text] of Object.entries(ORDERS) as [AgentOrder, string][]) {
    talking(agent.command(`${order} <agent>`))
      .description(text)
      .option('-m, --message <text>', 'why, for the others')
      .action(async (name: string, flags: CommonFlags & { message?: string }) =>
        finish(await (await commands()).orderAgent(order, name, flags)),
      );
  }
}
