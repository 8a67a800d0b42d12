// Whether what is installed has what it requires, as the packages themselves say it: the files may name other dependencies than
// the index did. Read and judged here, in the way in which the stack was resolved: no program of the environment is started for it.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalEnvironment, markerEnvironment } from '../../shared/stack/environment.ts';
import { markerHolds, type MarkerEnvironment } from '../../shared/stack/marker.ts';
import { foldName } from '../../shared/stack/name.ts';
import { parseRequirement, type Requirement } from '../../shared/stack/requirement.ts';
import { specifierAllows } from '../../shared/stack/specifier.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { tryParseVersion } from '../../shared/stack/version.ts';
import type { InstalledPackages } from './check-installed.ts';

const REASON_CHARACTERS = 500;

/**
 * TROOP-1411 names what does not fit. A project for which another one stands by the wish of the campaign is not missed;
 * dependencies of extras are not asked for.
 */
export function checkRequirements(installed: InstalledPackages, stack: LockedStack): void {
  const environment = markerEnvironment(canonicalEnvironment(stack.environment));
  const standIns = stack.standIns ?? {};
  const findings: string[] = [];
  for (const [name, { version, requires }] of installed) {
    for (const requirement of requires.map(tryRequirement)) {
      if (requirement === null || !applies(requirement, environment)) continue;
      const seen = installed.get(requirement.name)?.version;
      const isMet =
        seen === undefined ? Object.hasOwn(standIns, foldName(requirement.name)) : allows(requirement, seen);
      if (isMet) continue;
      const missing = seen === undefined ? 'is not installed' : `is ${seen}`;
      findings.push(`${name} ${version} requires ${requirement.text}, but ${requirement.name} ${missing}`);
    }
  }
  if (findings.length === 0) return;
  throw new TroopError('TROOP-1411', { reason: findings.join('; ').slice(0, REASON_CHARACTERS) });
}

/** Null for what is no requirement: the tool that installed the package was content with it. */
function tryRequirement(text: string): Requirement | null {
  try {
    return parseRequirement(text);
  } catch (error) {
    if (error instanceof TroopError) return null;
    throw error;
  }
}

function applies({ marker }: Requirement, environment: MarkerEnvironment): boolean {
  try {
    return markerHolds(marker, environment);
  } catch (error) {
    if (error instanceof TroopError) return false;
    throw error;
  }
}

/** Pre-releases too: which of them may be taken was decided when the stack was resolved. */
function allows({ specifier }: Requirement, seen: string): boolean {
  const version = tryParseVersion(seen);
  return version === null || specifierAllows(specifier, version, { prereleases: true });
}
