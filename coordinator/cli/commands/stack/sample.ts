// `troop stack sample`: draws stacks page by page and writes them as they come, so that a million takes no more memory than
// a thousand. The next page is drawn while the last one is written.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { SampleBody } from '../../../api/stack-schemas.ts';
import type { StackPage } from '../../../sampling/streams.ts';
import { openOutput, type SampleOutput } from './sample-output.ts';
import { withStacks, type StackTools } from './open-stacks.ts';
import { readParameters, readResume, readShard, type SampleFlags } from './sample-flags.ts';
import { sampleProgress } from './sample-progress.ts';
import { askedSpace } from './space-body.ts';
import { wholeNumber } from './space-flags.ts';

/** Pages grow, so that the first stacks come at once. */
const FIRST_PAGE = 10;
const LARGEST_PAGE = 250;
const LARGEST_PAGE_WITH_FILES = 100;
/** From here on a person may want to go on later, and is told how. */
const MANY = 1000;

export const sampleCommand = (requirements: readonly string[], flags: SampleFlags): Promise<number> =>
  withStacks(flags, (tools) => sample(tools, requirements, flags));

/** 0 when all were drawn and written, 1 when the space has fewer, or one cannot be written. */
export async function sample(
  tools: StackTools,
  requirements: readonly string[],
  flags: SampleFlags,
): Promise<number> {
  const count = wholeNumber(flags.count, '-n');
  const asked = await askedSpace(tools, requirements, flags);
  const output = await openOutput(tools, flags, asked);
  const shard = flags.shard === undefined ? undefined : readShard(flags.shard);
  const body: SampleBody = {
    ...asked.body,
    strategy: flags.strategy,
    seed: flags.seed,
    planned: count,
    count: 0,
    files: output.needsFiles,
    ...(flags.parameter === undefined || flags.parameter.length === 0
      ? {}
      : { parameters: readParameters(flags.parameter) }),
    ...(shard === undefined ? {} : { shard }),
    ...(flags.resume === undefined ? {} : { cursor: readResume(flags.resume) }),
  };
  const drawn = await drawAll(tools, body, count, output).catch(async (error: unknown) => {
    await output.close(error instanceof Error ? error.message : String(error));
    throw error;
  });
  const { skipped } = await output.close();
  sayEnd(tools.terminal, count, drawn, flags.resume !== undefined);
  return drawn.given < count || skipped > 0 ? 1 : 0;
}

interface DrawnAll {
  readonly given: number;
  readonly last: StackPage;
}

async function drawAll(
  { stacks, clock, terminal, isOutputSeen }: StackTools,
  body: SampleBody,
  count: number,
  output: SampleOutput,
): Promise<DrawnAll> {
  const largest = output.needsFiles ? LARGEST_PAGE_WITH_FILES : LARGEST_PAGE;
  const progress = isOutputSeen ? null : sampleProgress(terminal, clock, count);
  const ask = (cursor: unknown, left: number, size: number): Promise<StackPage> => {
    const page = stacks.sample({ ...body, cursor, count: Math.min(left, size) });
    // Awaited when the page before is written; until then a failure is nobody's.
    page.catch(() => undefined);
    return page;
  };
  let given = 0;
  let size = FIRST_PAGE;
  let next = ask(body.cursor ?? null, count, size);
  for (;;) {
    const page = await next;
    given += page.given;
    refuseEmpty(page, body);
    const isLast = page.isDry || given >= count;
    size = Math.min(largest, size * 2);
    if (!isLast) next = ask(page.cursor, count - given, size);
    if (page.given > 0) await output.write(page);
    progress?.show(given);
    if (isLast) {
      progress?.finish();
      return { given, last: page };
    }
  }
}

/** A stream that ends where it begins: there is no stack at all. @throws TROOP-1905 */
function refuseEmpty(page: StackPage, body: SampleBody): void {
  const isStart = body.cursor === undefined && (body.shard?.index ?? 1) === 1;
  if (isStart && page.isDry && page.given === 0 && page.total === '0') {
    throw new TroopError('TROOP-1905', { reason: 'every choice ends in a conflict' });
  }
}

function sayEnd(terminal: Terminal, count: number, { given, last }: DrawnAll, wantsCursor: boolean): void {
  if (given < count) terminal.say(`the space holds no more: ${given} of ${count}`);
  else if (given >= MANY || wantsCursor) {
    terminal.say(`go on from here with: --resume '${JSON.stringify(last.cursor)}'`);
  }
}
