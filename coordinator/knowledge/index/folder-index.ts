// A simple index in a folder (`file://`): `<folder>/<name>/index.html`, as pip reads it.
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { readBoundedText, TooLongError } from '../../../shared/runtime/bounded-file.ts';
import { parseHtmlPage } from './html-page.ts';
import { maximumPageBytes, type IndexClient } from './index-client.ts';
import { unreadable } from '../../../shared/runtime/named-file.ts';

/** An index at the file URL `url`. */
export function folderIndex(url: string): IndexClient {
  const root = url.endsWith('/') ? url : `${url}/`;
  return {
    location: url,
    project: async (name, signal) => {
      signal.throwIfAborted();
      const page = new URL(`${name}/index.html`, root);
      const text = await readBounded(fileURLToPath(page));
      return text === null ? null : parseHtmlPage(text, page.href);
    },
  };
}

/** The text of a page on disk, or null when there is no such file. */
export async function readBounded(path: string): Promise<string | null> {
  try {
    return await readBoundedText(path, maximumPageBytes);
  } catch (error) {
    if (error instanceof TooLongError) {
      throw new TroopError('TROOP-1104', { url: path, maximumBytes: maximumPageBytes });
    }
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(path, error);
  }
}
