// `troop stack check`: whether a stack satisfies a request, and every reason why not.
import { withStacks, type StackTools } from './open-stacks.ts';
import { spaceBody } from './space-body.ts';
import { type SpaceFlags } from './space-flags.ts';
import { readStackFile } from './stack-file.ts';

export interface CheckFlags extends SpaceFlags {
  readonly stack: string;
}

export const checkCommand = (requirements: readonly string[], flags: CheckFlags): Promise<number> =>
  withStacks(flags, (tools) => checkStack(tools, requirements, flags));

/** 0 when the stack satisfies the requirements, 1 with every violation when it does not. */
export async function checkStack(
  tools: StackTools,
  requirements: readonly string[],
  flags: CheckFlags,
): Promise<number> {
  const { stacks, terminal } = tools;
  const stack = await readStackFile(flags.stack, flags);
  const { satisfies, violations } = await stacks.check({
    ...(await spaceBody(tools, requirements, flags)),
    stack,
  });
  if (flags.json === true) terminal.out(JSON.stringify({ satisfies, violations }));
  else if (satisfies) terminal.out('it satisfies the requirements');
  else for (const { text } of violations) terminal.out(text);
  return satisfies ? 0 : 1;
}
