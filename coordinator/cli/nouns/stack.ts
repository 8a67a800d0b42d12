// The words and options of the commands on stacks out of a state space, with and without a coordinator.
import type { Command } from 'commander';
import type { CheckFlags } from '../commands/stack/check.ts';
import type { CountFlags } from '../commands/stack/count.ts';
import type { CoverageFlags } from '../commands/stack/coverage.ts';
import type { DiffFlags } from '../commands/stack/diff.ts';
import type { ExplainFlags } from '../commands/stack/explain.ts';
import type { NeighboursFlags } from '../commands/stack/neighbours.ts';
import type { SampleFlags } from '../commands/stack/sample-flags.ts';
import { budgetOptions, spaceOptions } from '../commands/stack/space-flags.ts';
import { collect, type Finish } from './common.ts';

export function addStackCommands(program: Command, finish: Finish): void {
  const stack = program
    .command('stack')
    .description('the stacks that requirements allow: how many, some, why none')
    .addHelpText(
      'after',
      `
Examples, on the coordinator's knowledge or with --knowledge FILE on a snapshot:
  troop stack count 'numpy>=1.24' scipy --where 'numpy==1.26.4'
  troop stack sample 'numpy>=1.24' scipy -n 100 --seed 7 > stacks.jsonl
  troop stack explain 'numpy<1.20' 'scipy>=1.11'
  troop stack coverage 'numpy>=1.24' scipy --stacks stacks.jsonl`,
    );
  addCount(stack, finish);
  addSample(stack, finish);
  addExplain(stack, finish);
  addCheck(stack, finish);
  addDiff(stack, finish);
  addNeighbours(stack, finish);
  addCoverage(stack, finish);
}

function addCount(stack: Command, finish: Finish): void {
  budgetOptions(spaceOptions(stack.command('count [requirement...]')))
    .description('how many stacks the requirements allow, exactly or as an estimate that says so')
    .option(
      '--where <requirement>',
      "how many of them have it, such as 'numpy==1.26.4' (repeatable)",
      collect,
    )
    .option('--marginals <name>', 'how many have each version of a project (repeatable)', collect)
    .action(async (requirements: string[], flags: CountFlags) =>
      finish(await (await import('../commands/stack/count.ts')).countCommand(requirements, flags)),
    );
}

function addSample(stack: Command, finish: Finish): void {
  spaceOptions(stack.command('sample [requirement...]'))
    .description('draw stacks that satisfy the requirements')
    .option('-n, --count <n>', 'how many', '10')
    .option('--seed <seed>', 'the same seed gives the same stacks', '0')
    .option('--strategy <name>', "how to draw; 'mix' does as campaigns do", 'uniform')
    .option('--parameter <name=value>', 'what the strategy is told, a word or JSON (repeatable)', collect)
    .option('--format <name>', 'jsonl, requirements, pylock, pipfile, pipfile-lock or amun', 'jsonl')
    .option('--output <dir>', 'write the stacks there, numbered from 1')
    .option(
      '--report <file>',
      'write what was asked for and where the stacks went, or what went wrong, as Thoth does; with --output also to -',
    )
    .option('--context <file>', "for amun: the specification without its 'python', JSON")
    .option('--shard <i/k>', 'only every k-th stack, from the i-th on')
    .option('--resume <cursor>', 'go on where an earlier call stopped, with what its last message says')
    .action(async (requirements: string[], flags: SampleFlags) =>
      finish(await (await import('../commands/stack/sample.ts')).sampleCommand(requirements, flags)),
    );
}

function addExplain(stack: Command, finish: Finish): void {
  spaceOptions(stack.command('explain [requirement...]'))
    .description('why there is no stack, or why a stack or a pin is none of the request')
    .option('--stack <file>', 'which requirement excludes this stack')
    .option(
      '--pin <requirement>',
      "which requirement excludes it, such as 'numpy==1.26.4' (repeatable)",
      collect,
    )
    .action(async (requirements: string[], flags: ExplainFlags) =>
      finish(await (await import('../commands/stack/explain.ts')).explainCommand(requirements, flags)),
    );
}

function addCheck(stack: Command, finish: Finish): void {
  spaceOptions(stack.command('check [requirement...]'))
    .description('say whether a stack satisfies the requirements, and every reason why not')
    .requiredOption(
      '--stack <file>',
      'the stack: a line of `troop stack sample`, pylock.toml, Pipfile.lock, or requirements that pin everything',
    )
    .action(async (requirements: string[], flags: CheckFlags) =>
      finish(await (await import('../commands/stack/check.ts')).checkCommand(requirements, flags)),
    );
}

function addDiff(stack: Command, finish: Finish): void {
  stack
    .command('diff <first> <second>')
    .description('what tells two stack files apart, one line a package')
    .option('--json', 'answer in JSON')
    .action(async (first: string, second: string, flags: DiffFlags) =>
      finish(await (await import('../commands/stack/diff.ts')).diffCommand(first, second, flags)),
    );
}

function addNeighbours(stack: Command, finish: Finish): void {
  budgetOptions(spaceOptions(stack.command('neighbours [requirement...]')))
    .description('for each other version of each package of a stack, the nearest valid stack')
    .option('--baseline <file>', 'the stack to begin with; by default the newest one', 'latest')
    .option('--packages <names>', 'only other versions of these projects, with commas between them')
    .option('-n, --count <n>', 'how many at most, the nearest first', '20')
    .action(async (requirements: string[], flags: NeighboursFlags) =>
      finish(await (await import('../commands/stack/neighbours.ts')).neighboursCommand(requirements, flags)),
    );
}

function addCoverage(stack: Command, finish: Finish): void {
  budgetOptions(spaceOptions(stack.command('coverage [requirement...]')))
    .description('how many of all versions, and of all pairs of them, some stacks cover')
    .option('--stacks <file>', 'the stacks, a JSON line each; by default from stdin', '-')
    .action(async (requirements: string[], flags: CoverageFlags) =>
      finish(await (await import('../commands/stack/coverage.ts')).coverageCommand(requirements, flags)),
    );
}
