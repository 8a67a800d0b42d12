// Where the stacks of `troop stack sample` go: printed one after the other, or into a folder, with a report on request.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import type { ReleaseLookup, SnapshotIndex } from '../../shared/stack/release.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { Terminal } from '../../shared/terminal/terminal.ts';
import { amunContext } from '../export/amun-format.ts';
import { monkeyReport, monkeyResponse, type MonkeyResponse } from '../export/monkey-report.ts';
import type { FormatContext } from '../export/stack-format.ts';
import { stackFormatNamed } from '../export/stack-formats.ts';
import { writeWholeFile } from '../export/write-whole-file.ts';
import { writeStackFiles } from '../export/write-stack-folder.ts';
import type { RequestText } from '../inputs/request-text.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';
import { scoredPackages } from '../monkey/rules/scored-packages.ts';
import { readText } from './request-flags.ts';

export interface OutputFlags {
  readonly format: string;
  readonly output?: string;
  readonly report?: string;
  readonly context?: string;
}

export interface StackOutputOptions {
  readonly flags: OutputFlags;
  readonly terminal: Terminal;
  /** What was asked for, and every option, for the report. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly startedAtMs: number;
  /** Those of the request: a report tells what they score. */
  readonly rules?: readonly RuleDeclaration[] | undefined;
}

export type StackOutputContext = Omit<FormatContext, 'amun'> & {
  readonly releases?: ReleaseLookup | undefined;
};

export interface StackOutput {
  write(stack: LockedStack, context: StackOutputContext): Promise<void>;
  /** Writes the report, if one is wanted. `endedAtMs` is its time; `error` is what ended the run before its time. */
  close(endedAtMs: number, error?: string): Promise<{ readonly written: number; readonly skipped: number }>;
}

/** What writers are told of a request, and of the knowledge that it was answered from. */
export function outputContext(
  request: Pick<RequestText, 'requirements' | 'constraints'>,
  indexes: readonly SnapshotIndex[],
  releases?: ReleaseLookup,
): StackOutputContext {
  return {
    requirements: request.requirements.map(parseRequirement),
    constraints: request.constraints.map(parseRequirement),
    indexUrls: Object.fromEntries(
      indexes.flatMap(({ name, url }) => (url === undefined ? [] : [[name, url]])),
    ),
    releases,
  };
}

/** '-' prints the report at the end. @throws TROOP-1002 for an unknown format or an address in place of a file, TROOP-1008 and TROOP-2009 for the context of Amun's specifications */
export async function openStackOutput(options: StackOutputOptions): Promise<StackOutput> {
  const { flags, terminal, rules = [] } = options;
  checkPlaces(flags);
  const format = stackFormatNamed(flags.format);
  const needsContext = format.name === 'amun' && flags.context === undefined;
  if (needsContext) throw new TroopError('TROOP-2009', { format: 'amun', reason: 'no context is given' });
  const amun = flags.context === undefined ? {} : { amun: amunContext(await readText(flags.context)) };
  const responses: MonkeyResponse[] = [];
  let written = 0;
  let skipped = 0;

  const put = async (stack: LockedStack, context: StackOutputContext): Promise<void> => {
    const whole = { ...context, ...amun };
    const response = flags.output === undefined ? stack.stack_id : join(flags.output, String(written + 1));
    const files = flags.output === undefined ? [] : format.files(stack, written + 1, whole);
    const text = flags.output === undefined ? format.text(stack, whole) : null;
    const entry =
      flags.report === undefined
        ? null
        : monkeyResponse(stack, response, { ...whole, scored: scoredPackages(rules, stack) });
    if (flags.output !== undefined) await writeStackFiles(flags.output, files);
    if (text !== null) terminal.out(text.trimEnd());
    if (entry !== null) responses.push(entry);
    written += 1;
  };

  return {
    write: async (stack, context) => {
      try {
        await put(stack, context);
      } catch (error) {
        // A report counts what cannot be written; without one, it is the answer of the call.
        if (flags.report === undefined || !isOfStack(error)) throw error;
        skipped += 1;
        terminal.say(`skipped: ${error.message}`);
      }
    },
    close: async (endedAtMs, error) => {
      if (flags.report !== undefined) {
        await writeReport(flags.report, { ...options, endedAtMs, responses, skipped, error: error ?? null });
      }
      return { written, skipped };
    },
  };
}

/** Files and folders are all that is written to; a report may be printed where the stacks are not. @throws TROOP-1002 */
function checkPlaces({ output, report }: OutputFlags): void {
  for (const [what, place] of [
    ['--output', output],
    ['--report', report],
  ] as const) {
    if (place !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
      const reason = `'${place}' is an address; '--format amun' prints specifications that another program may send there`;
      throw new TroopError('TROOP-1002', { what, reason });
    }
  }
  if (report === '-' && output === undefined) {
    const reason =
      "'-' is where the stacks are printed; give them a folder with --output, or the report a file";
    throw new TroopError('TROOP-1002', { what: '--report', reason });
  }
}

/** Whether this stack cannot be written in the format, and another may be. */
function isOfStack(error: unknown): error is TroopError {
  return error instanceof TroopError && (error.code === 'TROOP-1819' || error.code === 'TROOP-1821');
}

async function writeReport(
  path: string,
  options: StackOutputOptions & {
    readonly endedAtMs: number;
    readonly responses: readonly MonkeyResponse[];
    readonly skipped: number;
    readonly error: string | null;
  },
): Promise<void> {
  const { startedAtMs, endedAtMs, parameters, responses, skipped, error } = options;
  const report = monkeyReport({
    metadata: {
      version: TROOP_VERSION,
      hostname: hostname(),
      startedAtMs,
      endedAtMs,
      osRelease: null,
      arguments: parameters,
    },
    parameters,
    responses,
    skipped,
    error,
  });
  const text = JSON.stringify(report, null, 2);
  if (path === '-') options.terminal.out(text);
  else await writeWholeFile(path, `${text}\n`);
}
