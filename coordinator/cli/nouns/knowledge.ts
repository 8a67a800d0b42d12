// The words and options of the commands on the knowledge base: learn, show, snapshots in and out.
import type { Command } from 'commander';
import type { CommonFlags } from '../command-context.ts';
import type { SyncFlags } from '../commands/knowledge.ts';
import { requestOptions } from './request-options.ts';
import { collect, talking, type Finish } from './common.ts';

export function addKnowledgeCommands(program: Command, finish: Finish): void {
  const knowledge = program.command('knowledge').description('what is known offline about releases');
  const commands = () => import('../commands/knowledge.ts');

  requestOptions(talking(knowledge.command('sync [requirement...]')))
    .description(
      'learn the releases that the requirements can need, from the indexes that pip is configured with',
    )
    .option('--index <name=url>', 'a further index, a factor of its own (repeatable)', collect)
    .option('--python <x.y>', 'a Python to learn for (repeatable)', collect)
    .option('--platform <tag>', 'a platform to learn for, such as linux_x86_64')
    .option('--latest <n>', 'only the newest n versions of each project')
    .option('--exclude-newer <date>', 'only files uploaded until then (RFC 3339)')
    .option('--allow-sdists', 'take in releases that have no wheel too')
    .action(async (requirements: string[], flags: SyncFlags) =>
      finish(await (await commands()).syncCommand(requirements, flags)),
    );

  talking(knowledge.command('import <file>'))
    .description(
      "take in a snapshot file (.jsonl or .jsonl.gz), or a document of Thoth's solver or a folder of them, whole or not at all",
    )
    .action(async (file: string, flags: CommonFlags) =>
      finish(await (await commands()).importCommand(file, flags)),
    );

  talking(knowledge.command('export <file>'))
    .description("write a snapshot to a file; '-' is standard output")
    .option('--no-urls', 'without addresses, for fixtures')
    .option('--snapshot <id>', 'which one; the newest by default')
    .action(async (file: string, flags: CommonFlags & { urls: boolean; snapshot?: string }) =>
      finish(await (await commands()).exportCommand(file, flags)),
    );

  talking(knowledge.command('show <name>'))
    .description('the known releases of a project')
    .option('--snapshot <id>', 'which snapshot; the newest by default')
    .action(async (name: string, flags: CommonFlags & { snapshot?: string }) =>
      finish(await (await commands()).showCommand(name, flags)),
    );

  talking(knowledge.command('list'))
    .description('the snapshots')
    .action(async (flags: CommonFlags) => finish(await (await commands()).listCommand(flags)));
}
