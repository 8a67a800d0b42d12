// Stacks to build in a bench: real small packages where pip on this machine can be asked for them, else made ones of about the
// same number of files. The files lie in a folder of the bench, so that nothing but the building is measured.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../../../shared/runtime/run-command.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import { sha256Of } from '../../support/fake-index-files.ts';
import { installableWheel } from '../../support/e2e-wheels.ts';

export interface BenchStack {
  readonly name: string;
  readonly packages: readonly LockedPackage[];
}

const REAL: Readonly<Record<string, readonly string[]>> = {
  small: ['six', 'idna', 'packaging'],
  web: ['requests', 'jinja2', 'click', 'werkzeug'],
  numpy: ['numpy'],
};
const MADE = { packages: 8, functions: 400 };

/** Every stack that can be had; one of made wheels where pip gives nothing. */
export async function benchStacks(root: string, python: string): Promise<readonly BenchStack[]> {
  const stacks: BenchStack[] = [];
  for (const [name, requirements] of Object.entries(REAL)) {
    const folder = join(root, name);
    const argv = ['-I', '-m', 'pip', 'download', '-q', '--only-binary', ':all:', '-d', folder];
    const { exitCode } = await runCommand(python, [...argv, ...requirements], { timeoutMs: 180_000 });
    if (exitCode === 0) stacks.push({ name, packages: await lockedIn(folder) });
  }
  return stacks.length > 0 ? stacks : [await madeStack(join(root, 'made'))];
}

async function madeStack(folder: string): Promise<BenchStack> {
  await mkdir(folder, { recursive: true });
  for (let number = 0; number < MADE.packages; number++) {
    const functions = Array.from(
      { length: MADE.functions },
      (_, index) => `def f${index}(x):\n    return x\n`,
    );
    const { filename, bytes } = installableWheel({
      name: `bench${number}`,
      version: '1.0',
      module: functions.join(''),
    });
    await writeFile(join(folder, filename), bytes);
  }
  return { name: 'made', packages: await lockedIn(folder) };
}

async function lockedIn(folder: string): Promise<readonly LockedPackage[]> {
  const filenames = (await readdir(folder)).filter((name) => name.endsWith('.whl')).toSorted();
  return await Promise.all(
    filenames.map(async (filename) => {
      const [name = '', version = ''] = filename.split('-');
      const path = join(folder, filename);
      const file = { filename, url: pathToFileURL(path).href, sha256: sha256Of(await readFile(path)) };
      return { name: name.toLowerCase().replaceAll('_', '-'), version, index: 'folder', files: [file] };
    }),
  );
}
