// The uv that is here already, on PATH or fetched by an earlier life; looks only, and fetches nothing.
import { join } from 'node:path';
import semver from 'semver';
import { PINNED_UV } from '../../build/bootstrap-uv.ts';
import { buildPaths } from '../../build/build-paths.ts';
import { OLDEST_UV } from '../../build/find-uv.ts';
import { uvVersionAt } from '../../build/uv-version.ts';
import type { DoctorContext } from './check.ts';

export interface UvHere {
  readonly path: string;
  readonly version: string;
}

export async function findUvHere({
  searchPath,
  layout,
}: Pick<DoctorContext, 'searchPath' | 'layout'>): Promise<UvHere | null> {
  const cached = join(buildPaths(layout.build).tools, `uv-${PINNED_UV.version}`, 'bin');
  for (const directory of [...searchPath, cached]) {
    const path = join(directory, 'uv');
    const version = await uvVersionAt(path);
    if (version !== null && semver.gte(version, OLDEST_UV)) return { path, version };
  }
  return null;
}
