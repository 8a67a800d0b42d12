// `troop stack explain`: why there is no stack, or why a stack or a pin is not possible.
import { withStacks, type StackTools } from './open-stacks.ts';
import { spaceBody } from './space-body.ts';
import { type SpaceFlags } from './space-flags.ts';
import { readStackFile } from './stack-file.ts';
import type { ExplainAnswer } from '../../../sampling/queries/explain-request.ts';

export interface ExplainFlags extends SpaceFlags {
  readonly stack?: string;
  readonly pin?: readonly string[];
}

export const explainCommand = (requirements: readonly string[], flags: ExplainFlags): Promise<number> =>
  withStacks(flags, (tools) => explain(tools, requirements, flags));

/** 0 when there is such a stack and nothing to explain, 1 with the derivation when there is none. */
export async function explain(
  tools: StackTools,
  requirements: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const { stacks, terminal } = tools;
  const stack = flags.stack === undefined ? undefined : await readStackFile(flags.stack, flags);
  const pins = [...(flags.pin ?? [])];
  const body = {
    ...(await spaceBody(tools, requirements, flags)),
    pins,
    ...(stack === undefined ? {} : { stack }),
  };
  const answer = await stacks.explain(body);
  if (flags.json === true) terminal.out(JSON.stringify(answer));
  else for (const line of lines(answer, flags)) terminal.out(line);
  return answer.possible ? 0 : 1;
}

function lines(answer: ExplainAnswer, flags: ExplainFlags): readonly string[] {
  if (!answer.possible) return [...answer.sentences, ...answer.notes];
  if (flags.stack !== undefined) {
    return ['Nothing to explain: the stack is one of those that the request allows.'];
  }
  const pins = flags.pin ?? [];
  const what = pins.length === 0 ? 'the request has stacks' : `${pins.join(', ')} is possible`;
  const shown = answer.stack?.packages.map(({ name, version }) => `${name} ${version}`) ?? [];
  return [`Nothing to explain: ${what}, such as ${shown.join(', ')}.`, ...answer.notes];
}
