// Which file is installed for each package of a lock: the best one, always, so that the same lock installs the same
// files everywhere. Pure.
import type { LockedPackage } from '../../shared/stack/stack.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { plainWheelFilename } from '../../shared/stack/wheel.ts';

export interface PlannedFile {
  readonly name: string;
  readonly version: string;
  readonly index: string;
  /** Without the label of a variant, which installers do not know. Null for a release that lists no files: the builder finds one on the release's index. */
  readonly filename: string | null;
  /** Null when the index gives none. */
  readonly sha256: string | null;
  /** Null when the knowledge came without addresses: the builder finds the file on the index, by its hash. */
  readonly url: string | null;
  readonly isSdist: boolean;
  /** Whether it is a variant wheel (PEP 825): no installer finds one by itself. */
  readonly isVariant: boolean;
}

/** TROOP-1401 when the best file is a source distribution and those are not allowed. */
export function planFiles(packages: readonly LockedPackage[], allowSdists: boolean): readonly PlannedFile[] {
  return packages.map((item) => {
    const [file] = item.files;
    const isSdist = file !== undefined && !file.filename.endsWith('.whl');
    if (isSdist && !allowSdists) {
      throw new TroopError('TROOP-1401', {
        package: `${item.name} ${item.version}`,
        reason: 'there is only a source distribution, and the campaign allows none',
      });
    }
    return {
      name: item.name,
      version: item.version,
      index: item.index,
      filename: file === undefined ? null : plainWheelFilename(file.filename),
      sha256: file?.sha256?.toLowerCase() ?? null,
      url: file?.url ?? null,
      isSdist,
      isVariant: item.variant !== undefined,
    };
  });
}
