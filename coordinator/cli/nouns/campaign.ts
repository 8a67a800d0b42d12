// The words and options of the commands on campaigns: make one of a file, follow it, read its report.
import type { Command } from 'commander';
import type { CommonFlags } from '../command-context.ts';
import { talking, type Finish } from './common.ts';

export function addCampaignCommands(program: Command, finish: Finish): void {
  const campaign = program.command('campaign').description('questions put to the fleet');
  const commands = () => import('../commands/campaign.ts');

  talking(campaign.command('create'))
    .description('make a campaign of a file; the same file again is the same campaign')
    .requiredOption('-f, --file <file>', 'the campaign, YAML or JSON')
    .option('--snapshot <id>', 'the knowledge to sample from', 'latest')
    .action(async (flags: CommonFlags & { file: string; snapshot: string }) =>
      finish(await (await commands()).createCampaignCommand(flags)),
    );

  talking(campaign.command('list'))
    .description('all campaigns')
    .action(async (flags: CommonFlags) => finish(await (await commands()).listCampaignsCommand(flags)));

  talking(campaign.command('show <campaign>'))
    .description('one campaign and how far it is')
    .action(async (name: string, flags: CommonFlags) =>
      finish(await (await commands()).showCampaignCommand(name, flags)),
    );

  talking(campaign.command('watch <campaign>'))
    .description('live progress until it is over; ^C stops watching, not the campaign')
    .option('--timeout <seconds>', 'stop watching after that, with status 8')
    .action(async (name: string, flags: CommonFlags & { timeout?: string }) =>
      finish(await (await commands()).watchCampaignCommand(name, flags)),
    );

  talking(campaign.command('report <campaign>'))
    .description('what was found: ratios to the baseline, failures by cause, machines')
    .action(async (name: string, flags: CommonFlags) =>
      finish(await (await commands()).reportCampaignCommand(name, flags)),
    );

  const orders = {
    pause: 'make no more offers; what runs goes on',
    resume: 'go on after a pause',
    cancel: 'end it: what runs is stopped, what waits is not started',
  } as const;
  for (const order of ['pause', 'resume', 'cancel'] as const) {
    talking(campaign.command(`${order} <campaign>`))
      .description(orders[order])
      .action(async (name: string, flags: CommonFlags) =>
        finish(await (await commands()).orderCampaignCommand(order, name, flags)),
      );
  }
}
