// Which wheel variant (PEP 825) a lock means. A format that names no files cannot say it: what was written would install the
// plain wheel, or another variant, and call it the same stack.
import { TroopError } from '../../errors/troop-error.ts';
import type { LockedPackage } from '../stack.ts';
import { parseWheelFilename } from '../wheel.ts';

/** Labels of the wheels among file names, each once, in their order; null is a plain wheel. */
export function labelsOf(filenames: readonly string[]): readonly (string | null)[] {
  const wheels = filenames.map(parseWheelFilename).filter((wheel) => wheel !== null);
  return [...new Set(wheels.map(({ variant }) => variant))];
}

/** For formats that name no files. @throws TROOP-1821 when a package is, or holds, a variant */
export function refuseVariants(packages: readonly LockedPackage[], format: string): void {
  for (const item of packages) {
    const labels = ownLabels(item);
    if (labels.some((label) => label !== null)) throw unsayable(item, labels, format);
  }
}

/** For formats that name the files: those of one label say which it is. @throws TROOP-1821 when a package holds several */
export function refuseSeveralVariants(packages: readonly LockedPackage[], format: string): void {
  for (const item of packages) {
    const labels = ownLabels(item);
    if (labels.length > 1) throw unsayable(item, labels, format);
  }
}

/** Labels in words. */
export function labelsText(labels: readonly (string | null)[]): string {
  return labels.map((label) => (label === null ? 'plain' : `variant ${label}`)).join(', ');
}

/** Of its files, and the one that it is called. */
function ownLabels({ variant, files }: LockedPackage): readonly (string | null)[] {
  const labels = labelsOf(files.map(({ filename }) => filename));
  return variant === undefined || labels.includes(variant) ? labels : [variant, ...labels];
}

const unsayable = (
  { name, version }: LockedPackage,
  labels: readonly (string | null)[],
  format: string,
): TroopError => new TroopError('TROOP-1821', { name, version, wheels: labelsText(labels), format });
