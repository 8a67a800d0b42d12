// Where drawn stacks go: lines of JSON are passed on as they come; every other form, folders and reports are written stack by
// stack with their files.
import { plural } from '../../../../shared/terminal/format.ts';
import type { ReleaseLookup } from '../../../../shared/stack/release.ts';
import type { LockedStack } from '../../../../shared/stack/stack.ts';
import type { RequestText } from '../../../inputs/request-text.ts';
import { readSnapshotFile } from '../../../knowledge/read-snapshot-file.ts';
import type { RuleDeclaration } from '../../../monkey/rules/declaration.ts';
import type { StackPage } from '../../../sampling/streams.ts';
import { openStackOutput, outputContext } from '../../stack-output.ts';
import type { StackTools } from './open-stacks.ts';
import type { AskedSpace } from './space-body.ts';
import type { SampleFlags } from './sample-flags.ts';

export interface SampleOutput {
  /** Whether the lines must be of stacks with their files. */
  readonly needsFiles: boolean;
  /** Resolves when it takes more. */
  readonly write: (page: StackPage) => Promise<void>;
  /** Ends it, with what went wrong if anything did: a report tells that too. */
  readonly close: (error?: string) => Promise<{ readonly skipped: number }>;
}

/** @throws TROOP-1002 for an unknown format, and as `openStackOutput` */
export async function openOutput(
  tools: StackTools,
  flags: SampleFlags,
  asked: AskedSpace,
): Promise<SampleOutput> {
  const format = flags.json === true && flags.output === undefined ? 'jsonl' : flags.format;
  if (format !== 'jsonl' || flags.output !== undefined || flags.report !== undefined) {
    return await openFiledOutput(tools, { ...flags, format }, asked);
  }
  return {
    needsFiles: false,
    write: ({ lines }) => tools.write(`${lines}\n`),
    close: () => Promise.resolve({ skipped: 0 }),
  };
}

async function openFiledOutput(
  { terminal, clock, write }: StackTools,
  flags: SampleFlags,
  { body, request }: AskedSpace,
): Promise<SampleOutput> {
  const printed: string[] = [];
  const output = await openStackOutput({
    flags,
    terminal: { ...terminal, out: (line) => void printed.push(`${line}\n`) },
    parameters: parametersOf(request, flags),
    startedAtMs: clock.nowMs(),
    rules: body.rules as readonly RuleDeclaration[] | undefined,
  });
  const releases = await releasesForReport(flags);
  return {
    needsFiles: true,
    write: async ({ lines, indexes }) => {
      const context = outputContext(request, indexes, releases);
      for (const line of lines.split('\n')) await output.write(JSON.parse(line) as LockedStack, context);
      const text = printed.splice(0).join('');
      if (text !== '') await write(text);
    },
    close: async (error) => {
      const { written, skipped } = await output.close(clock.nowMs(), error);
      const text = printed.splice(0).join('');
      if (text !== '') await write(text);
      if (flags.output !== undefined && error === undefined) {
        terminal.say(`${plural(written, 'stack')} written to ${flags.output}`);
      }
      return { skipped };
    },
  };
}

/** A report tells which package needs which, where the knowledge is at hand. */
async function releasesForReport({ report, knowledge }: SampleFlags): Promise<ReleaseLookup | undefined> {
  return report === undefined || knowledge === undefined ? undefined : await readSnapshotFile(knowledge);
}

/** For the report: the options as they were given, less how the coordinator is reached. */
function parametersOf(request: RequestText, flags: SampleFlags): Readonly<Record<string, unknown>> {
  const { url: _url, tokenFile: _tokenFile, data: _data, json: _json, ...options } = flags;
  const { requirements, constraints, indexes, python } = request;
  return { ...options, python: flags.python ?? python, requirements, constraints, indexes };
}
