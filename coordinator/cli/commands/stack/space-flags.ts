// The options that describe a state space, the same for every command on stacks, and what they mean to whoever answers.
// Loaded with every call of `troop`, so it imports next to nothing.
import { Option, type Command } from 'commander';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { collect, talking } from '../../nouns/common.ts';
import { requestOptions } from '../../nouns/request-options.ts';
import type { RequestFlags } from '../../request-flags.ts';
import type { CommonFlags } from '../../command-context.ts';

export interface SpaceFlags extends CommonFlags, RequestFlags {
  readonly knowledge?: string;
  readonly snapshot?: string;
  readonly python?: string;
  readonly platform?: string;
  readonly index?: readonly string[];
  readonly indexPolicy?: string;
  readonly excludeNewer?: string;
  readonly allowSdists?: boolean;
  readonly pre?: string;
  readonly missing?: string;
  readonly variants?: string;
  readonly alternative?: readonly string[];
  readonly rules?: readonly string[];
  readonly pipeline?: string;
}

export interface BudgetFlags {
  readonly maxNodes?: string;
  readonly time?: string;
}

export const PRERELEASES = ['if-necessary', 'allow', 'disallow'] as const;
export const INDEX_POLICIES = ['all', 'first'] as const;
export const MISSING = ['error', 'assume'] as const;
const DEFAULT_TIME_S = 30;

export const spaceOptions = (command: Command): Command =>
  requestOptions(talking(command))
    .option('--knowledge <file>', 'a snapshot file, without any server')
    .option('--snapshot <id>', "a snapshot of the coordinator's knowledge; the newest by default")
    .option(
      '--python <x.y>',
      `the Python to resolve for; by default that of the files, else the coordinator's, else 3.11`,
    )
    .option(
      '--platform <tag>',
      "the platform to resolve for; by default the coordinator's, else linux_x86_64",
    )
    .option(
      '--index <name>',
      'only this index of the knowledge, in order of preference (repeatable)',
      collect,
    )
    .option(
      '--index-policy <word>',
      "every index that has a project, or the first one: all or first; of one project: 'torch=first', 'torch=NAME' (with commas between them)",
      'all',
    )
    .option('--exclude-newer <date>', 'only files uploaded until then (RFC 3339)')
    .option('--allow-sdists', 'releases without a wheel too')
    .option(
      '--pre <word>',
      `pre-releases: ${PRERELEASES.join(', ')}; of one project: 'torch=allow' (with commas between them); if-necessary by default: where a project has no final release or a requirement names one`,
    )
    .option('--missing <word>', `a project that the knowledge lacks: ${MISSING.join(' or ')}`, 'error')
    .option(
      '--variants <labels>',
      'variant wheels beside plain ones: none, all, or labels such as x86_64_v3,cu128',
    )
    .option(
      '--alternative <text>',
      "projects that may stand for one, such as 'tensorflow=tensorflow-cpu,intel-tensorflow' or 'torch=torch@cu121' (repeatable)",
      collect,
    )
    .option('--rules <file>', 'a list of rules as in a campaign file, YAML or JSON (repeatable)', collect)
    .option('--pipeline <file>', "a pipeline file of Thoth's Dependency Monkey");

export const budgetOptions = (command: Command): Command =>
  command
    .addOption(new Option('--max-nodes <n>', 'give the compiled space up at this size'))
    .option('--time <seconds>', 'give it up after this time', String(DEFAULT_TIME_S));

/** @throws TROOP-1002 */
export function budgetBody(flags: BudgetFlags): { maxNodes?: number; timeMs: number } {
  const timeS = Number(flags.time ?? DEFAULT_TIME_S);
  if (!(timeS > 0) || timeS > 86_400) {
    throw new TroopError('TROOP-1002', {
      what: '--time',
      reason: `'${flags.time}' is no number of seconds above 0 and up to a day`,
    });
  }
  const timeMs = Math.ceil(timeS * 1000);
  return flags.maxNodes === undefined
    ? { timeMs }
    : { timeMs, maxNodes: wholeNumber(flags.maxNodes, '--max-nodes') };
}

/** A whole number above 0. @throws TROOP-1002 */
export function wholeNumber(text: string, what: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(number) && number > 0) return number;
  throw new TroopError('TROOP-1002', { what, reason: `'${text}' is no whole number above 0` });
}

/** @throws TROOP-1002 */
export function oneOf<Word extends string>(words: readonly Word[], text: string, what: string): Word {
  const known = words.find((word) => word === text);
  if (known !== undefined) return known;
  throw new TroopError('TROOP-1002', { what, reason: `'${text}' is none of ${words.join(', ')}` });
}
