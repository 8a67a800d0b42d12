// A stack as the `python` object of Thoth's tools: Pipfile, lock and constraints as objects.
import { formatMarker } from '../../shared/stack/marker.ts';
import { pipfileObject, type PipfileObject } from '../../shared/stack/formats/pipfile.ts';
import { pipfileLockObject, type PipfileLockObject } from '../../shared/stack/formats/pipfile-lock.ts';
import type { Requirement } from '../../shared/stack/requirement.ts';
import { formatSpecifierSet } from '../../shared/stack/specifier.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { FormatContext } from './stack-format.ts';

export interface ThothConstraint {
  readonly name: string;
  readonly version: string;
  readonly markers: string | null;
}

export interface ThothProject {
  readonly requirements: PipfileObject;
  readonly requirements_locked: PipfileLockObject;
  readonly constraints: readonly ThothConstraint[];
}

/** @throws TROOP-1819 when a package has no hash, TROOP-1821 when it is a wheel variant */
export function thothProject(stack: LockedStack, context: FormatContext): ThothProject {
  return {
    requirements: pipfileObject(stack, context),
    requirements_locked: pipfileLockObject(stack, context),
    constraints: (context.constraints ?? []).map(constraintOf),
  };
}

function constraintOf({ name, specifier, marker }: Requirement): ThothConstraint {
  const markers = marker === null ? null : formatMarker(marker);
  return { name, version: formatSpecifierSet(specifier) || '*', markers };
}
