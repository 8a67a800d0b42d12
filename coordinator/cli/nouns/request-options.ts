// The options with which commands take requirements and constraints beside their words.
import type { Command } from 'commander';
import { collect } from './common.ts';

export function requestOptions(command: Command): Command {
  return command
    .option(
      '-r, --requirement <file>',
      'requirements.txt, Pipfile or pyproject.toml to read requirements from (repeatable)',
      collect,
    )
    .option(
      '-c, --constraint <text>',
      "a bound such as 'six<2', or a file of them; asks for nothing itself (repeatable)",
      collect,
    )
    .option(
      '--group <name>',
      'a dependency group of the file; dev: the dev-packages of a Pipfile (repeatable)',
      collect,
    )
    .option('--extra <name>', 'an extra of the pyproject.toml (repeatable)', collect);
}
