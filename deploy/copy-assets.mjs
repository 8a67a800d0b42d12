// tsc copies no SQL, no Python and no shell scripts; the built programs read them from beside their modules.
import { cp, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const assetExtensions = new Set(['.sql', '.py', '.sh', '.json']);

for (const room of ['coordinator', 'agent', 'shared']) {
  for (const entry of await readdir(join(root, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !assetExtensions.has(extname(entry.name))) continue;
    const source = join(entry.parentPath, entry.name);
    await cp(source, join(root, 'dist', source.slice(root.length)));
  }
}
