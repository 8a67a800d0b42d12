// The words and options of the commands on inspections: single stacks on single lanes.
import type { Command } from 'commander';
import type { CommonFlags } from '../command-context.ts';
import type { ListFlags } from '../commands/inspection.ts';
import { talking, type Finish } from './common.ts';

export function addInspectionCommands(program: Command, finish: Finish): void {
  const inspection = program.command('inspection').description('single stacks on single lanes');
  const commands = () => import('../commands/inspection.ts');

  talking(inspection.command('list'))
    .description('inspections, newest campaign first')
    .option('--campaign <campaign>', 'of this campaign alone')
    .option('--lane <lane>', 'on this lane alone')
    .option('--outcome <outcome>', 'with this outcome alone, or pending')
    .option('--limit <n>', 'at most so many', '200')
    .action(async (flags: ListFlags) => finish(await (await commands()).listInspectionsCommand(flags)));

  const single = {
    show: { text: 'outcome, stack, numbers and who held it', run: 'showInspectionCommand' },
    logs: { text: 'what its build printed', run: 'inspectionLogsCommand' },
    why: { text: 'why it is not running', run: 'whyCommand' },
  } as const;
  for (const [verb, { text, run }] of Object.entries(single)) {
    talking(inspection.command(`${verb} <inspection>`))
      .description(text)
      .action(async (id: string, flags: CommonFlags) => finish(await (await commands())[run](id, flags)));
  }
}
