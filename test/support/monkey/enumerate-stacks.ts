// Every stack of a small request, found in the plainest way: take any release for any project that is asked for until
// nothing new is asked for, and keep what the oracle finds valid. Shares no code with the engine.
import { walkClosure } from '../../../shared/stack/closure.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { applicableRequirements, type ResolutionPolicy } from '../../../shared/stack/policy.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { findRelease, makeStack, type StackPackage } from '../../../shared/stack/stack.ts';
import { markerEnvironment } from '../../../shared/stack/environment.ts';
import { stackLine } from './knowledge.ts';

export interface SmallRequest {
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly lookup: ReleaseLookup;
  readonly environment: TargetEnvironment;
  readonly policy: Partial<ResolutionPolicy>;
}

/** The lines of all stacks, sorted. Null when there are more than `limit` combinations to look at. */
export function enumerateStacks(request: SmallRequest, limit = 20_000): readonly string[] | null {
  const markers = markerEnvironment(request.environment);
  const roots = applicableRequirements(request.requirements, markers);
  const lines = new Set<string>();
  let looked = 0;

  const extend = (packages: readonly StackPackage[]): void => {
    looked += 1;
    if (looked > limit) {
      return;
    }
    const closure = walkClosure({
      roots,
      packages,
      markers,
      linesOf: (item) => findRelease(item, request.lookup.releases(item.name) ?? [])?.requires_dist,
    });
    // What is asked for only grows, so a pin that is wrong now stays wrong.
    const isHopeless = closure.demands.some(({ requirement }) =>
      packages.some(
        (item) => item.name === requirement.name && !specifierAllows(requirement.specifier, item.version),
      ),
    );
    if (isHopeless || closure.violations.length > 0) {
      return;
    }
    const wanted = [...closure.extras.keys()].find((name) => !packages.some((item) => item.name === name));
    if (wanted !== undefined) {
      for (const { version, index } of request.lookup.releases(wanted) ?? []) {
        extend([...packages, { name: wanted, version, index }]);
      }
      return;
    }
    const withExtras = packages.map((item) => ({
      ...item,
      extras: [...(closure.extras.get(item.name) ?? [])],
    }));
    const stack = makeStack({ environment: request.environment, packages: withExtras });
    const { requirements, constraints, policy } = request;
    if (satisfies({ stack, requirements, constraints, releases: request.lookup, policy }).length === 0) {
      lines.add(stackLine(stack));
    }
  };

  extend([]);
  return looked > limit ? null : [...lines].toSorted();
}
