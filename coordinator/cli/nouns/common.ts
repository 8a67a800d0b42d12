// Options that many commands share.
import type { Command } from 'commander';

export type Finish = (status: number) => void;

/** How to reach the coordinator, and the form of the answer. */
export function talking(command: Command): Command {
  return command
    .option('--url <url>', 'address of the coordinator; the one of the data directory by default')
    .option('--token-file <file>', 'file of the token to show')
    .option('--data <dir>', 'data directory of the coordinator on this machine')
    .option('--json', 'answer in JSON');
}

/** Gathers what a repeatable option was given; without a default value, since help would print it. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];
