// Reads a requirements file that pins everything, such as the one that we write, into pins.
import { TroopError } from '../../errors/troop-error.ts';
import type { LockedPin, LockedPins } from './locked-pins.ts';
import { parseRequirementsTxt, type RequirementEntry } from './requirements-txt.ts';

/** @throws TROOP-1815 and TROOP-1816 with the line, TROOP-2006 when a line is no pin */
export function parsePins(text: string, file = 'requirements.txt'): LockedPins {
  const pins = parseRequirementsTxt(text, file).flatMap((entry) => {
    if (entry.kind === 'include') {
      throw new TroopError('TROOP-2006', { file, reason: `line ${entry.line} includes another file` });
    }
    return entry.kind === 'requirement' ? [pinOf(entry, file)] : [];
  });
  return { pins, environment: {} };
}

function pinOf({ requirement, sha256, line }: RequirementEntry, file: string): LockedPin {
  const { name, extras, marker, specifier } = requirement;
  const [clause, ...others] = specifier.clauses;
  if (clause?.operator !== '==' || clause.isPrefix || others.length > 0) {
    throw new TroopError('TROOP-2006', { file, reason: `line ${line} does not pin ${name} with ==` });
  }
  const digests = [...new Set(sha256)].toSorted();
  return { name, version: clause.text, index: null, extras, variant: null, sha256: digests, marker };
}
