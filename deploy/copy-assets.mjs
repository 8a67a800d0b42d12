// tsc copies no SQL, no Python and no shell scripts; the built programs read them from beside their modules.
// Argument: where to, `dist` when there is none.
import { cp, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2] ?? join(root, 'dist');
const assetExtensions = new Set(['.sql', '.py', '.sh', '.json']);

for (const room of ['coordinator', 'agent', 'shared']) {
  for (const entry of await readdir(join(root, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !assetExtensions.has(extname(entry.name))) continue;
    const source = join(entry.parentPath, entry.name);
    await cp(source, join(target, source.slice(root.length)));
  }
}
