// The words and options of the commands on stacks out of a state space, with and without a coordinator.
import type { Command } from 'commander';
import type { SampleFlags, SpaceFlags } from '../commands/stack.ts';
import { requestOptions } from '../request-flags.ts';
import { talking, type Finish } from './common.ts';

const spaced = (command: Command): Command =>
  requestOptions(talking(command))
    .option('--knowledge <file>', 'a snapshot file, without any server')
    .option('--python <x.y>', 'the Python to resolve for')
    .option('--platform <tag>', 'the platform to resolve for, such as linux_x86_64');

export function addStackCommands(program: Command, finish: Finish): void {
  const stack = program.command('stack').description('stacks out of a state space');
  const commands = () => import('../commands/stack.ts');

  spaced(stack.command('sample [requirement...]'))
    .description('draw stacks that satisfy the requirements')
    .option('-n, --count <n>', 'how many', '10')
    .option('--seed <seed>', 'the same seed gives the same stacks', '0')
    .option('--strategy <name>', 'how to draw', 'random-walk')
    .option('--format <name>', 'jsonl, requirements, pylock, pipfile, pipfile-lock or amun', 'jsonl')
    .option('--output <dir>', 'write the stacks there, numbered from 1')
    .option('--report <file>', 'write what was asked for and where the stacks went, as Thoth does')
    .option('--context <file>', "for amun: the specification without its 'python', JSON")
    .action(async (requirements: string[], flags: SampleFlags) =>
      finish(await (await commands()).sampleCommand(requirements, flags)),
    );

  spaced(stack.command('check [requirement...]'))
    .description('say whether a stack satisfies the requirements, and every reason why not')
    .requiredOption(
      '--stack <file>',
      'the stack: a line of `troop stack sample`, pylock.toml, Pipfile.lock, or requirements that pin everything',
    )
    .action(async (requirements: string[], flags: SpaceFlags & { stack: string }) =>
      finish(await (await commands()).checkCommand(requirements, flags)),
    );
}
