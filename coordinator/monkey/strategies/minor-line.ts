// The line of releases that a version belongs to: what a project calls 1.26, whatever the patch.
import type { Version } from '../../../shared/stack/version.ts';

/** Epoch, major and minor number. */
export function minorLine({ epoch, release }: Version): string {
  return `${epoch}!${release[0] ?? 0}.${release[1] ?? 0}`;
}
