// Whether a stack is what a request asks for, by the naive oracle, with everything that is wrong with it.
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import { makeStack, type Stack, type StackPackage } from '../../../shared/stack/stack.ts';
import { parseVersion } from '../../../shared/stack/version.ts';
import type { Violation } from '../../../shared/stack/violation.ts';
import { brokenRules } from '../../monkey/rules/broken-rules.ts';
import type { StateSpaceInput } from '../../monkey/space/open-state-space.ts';
import { spaceInput } from '../open-space.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';

/** A stack as people hand it in: without index it is that of the first one. */
export interface GivenStack {
  readonly environment?: TargetEnvironment | undefined;
  readonly packages: readonly GivenPackage[];
}

export type GivenPackage = Omit<StackPackage, 'index'> & { readonly index?: string | undefined };

export interface CheckRequest {
  readonly space: SpaceRequest;
  readonly stack: GivenStack;
}

export interface CheckAnswer {
  readonly satisfies: boolean;
  readonly violations: readonly Violation[];
}

/** @throws TROOP-1801, TROOP-1802 or TROOP-1810 for what is no stack */
export async function checkStack(spaces: Spaces, { space, stack }: CheckRequest): Promise<CheckAnswer> {
  const input = spaceInput(space, await spaces.snapshot(space.snapshotId));
  const violations = violationsOf(input, givenStack(input, stack));
  return { satisfies: violations.length === 0, violations };
}

/** In the one spelling of stacks. */
export function givenStack(input: StateSpaceInput, { environment, packages }: GivenStack): Stack {
  const [first = 'pip'] = input.policy?.indexOrder ?? [];
  return makeStack({
    environment: environment ?? input.environment,
    packages: packages.map((item) => ({
      ...item,
      name: normalizeName(item.name),
      version: parseVersion(item.version).text,
      index: item.index ?? first,
    })),
    indexFingerprints: input.indexFingerprints,
  });
}

export function violationsOf(input: StateSpaceInput, stack: Stack): readonly Violation[] {
  const { requirements, constraints, lookup, policy, alternatives, rules = [] } = input;
  return [
    ...satisfies({ stack, requirements, constraints, releases: lookup, policy, alternatives }),
    ...brokenRules(rules, stack.environment, stack.packages),
  ];
}
