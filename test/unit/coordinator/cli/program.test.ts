// What `--help` of every command prints.
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { troopProgram } from '../../../../coordinator/cli/program.ts';

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

it('says nothing of defaults that are only a list without anything in it', () => {
  const commands = allOf(troopProgram(() => undefined));
  expect(commands.length).toBeGreaterThan(30);
  const repeatable = commands.filter((command) => command.helpInformation().includes('(repeatable)'));
  expect(repeatable.length).toBeGreaterThan(5);
  for (const command of repeatable) expect(command.helpInformation()).not.toMatch(/\(default:\s+\[\]\)/);
});
