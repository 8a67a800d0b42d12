// Programs that a test starts as processes of their own, to kill them: Node does not run TypeScript, so one file and
// what it imports is compiled first, beside the packages that it needs.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CompiledChild {
  /** Path of the compiled program. */
  readonly path: string;
  remove(): Promise<void>;
}

/** Compiles the program at `source` (an absolute path inside the repository). */
export async function compileChild(source: string): Promise<CompiledChild> {
  const cache = join(root, 'node_modules', '.cache', 'troop');
  await mkdir(cache, { recursive: true });
  const home = await mkdtemp(join(cache, 'child-'));
  const outDir = join(home, 'out');
  await writeFile(join(home, 'package.json'), '{"type":"module"}\n');
  await writeFile(
    join(home, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { outDir, rootDir: root, sourceMap: false },
      include: [],
      files: [source],
    }),
  );
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', join(home, 'tsconfig.json')], { timeout: 60_000 });
  const copy = join(root, 'deploy', 'copy-assets.mjs');
  await promisify(execFile)(process.execPath, [copy, outDir], { timeout: 60_000 });
  return {
    path: join(outDir, relative(root, source)).replace(/\.ts$/, '.js'),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
