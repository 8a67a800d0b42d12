// Small wheels that real installers take, and the two forms of an index that hold them: a folder, and HTTP on loopback.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeZip, metadataText, sha256Of, type MadeFile, type ZipEntry } from './fake-index-files.ts';

export interface WheelSource {
  /** Also the name of its one module. */
  readonly name: string;
  readonly version: string;
  /** Source of the module. */
  readonly module: string;
}

/** A wheel of one pure module. */
export function installableWheel({ name, version, module }: WheelSource): MadeFile {
  return platformWheel({ name, version, tag: 'py3-none-any' }, [
    { path: `${name}/__init__.py`, content: module },
  ]);
}

export interface WheelIdentity {
  readonly name: string;
  readonly version: string;
  /** `python-abi-platform` */
  readonly tag: string;
}

/** A wheel with a RECORD, as PEP 427 wants it. */
export function platformWheel({ name, version, tag }: WheelIdentity, files: readonly ZipEntry[]): MadeFile {
  const information = `${name}-${version}.dist-info`;
  const metadata = metadataText({ name, version });
  const isPure = tag.endsWith('-none-any');
  const entries: ZipEntry[] = [
    ...files,
    { path: `${information}/METADATA`, content: metadata },
    {
      path: `${information}/WHEEL`,
      content: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: ${isPure}\nTag: ${tag}\n`,
    },
  ];
  const record = [...entries.map(recordLine), `${information}/RECORD,,`, ''].join('\n');
  const bytes = makeZip([...entries, { path: `${information}/RECORD`, content: record }]);
  return { filename: `${name}-${version}-${tag}.whl`, bytes, sha256: sha256Of(bytes), metadata };
}

function recordLine({ path, content }: ZipEntry): string {
  const digest = createHash('sha256').update(content).digest('base64url');
  return `${path},sha256=${digest},${Buffer.byteLength(content)}`;
}

/** Writes a simple index (PEP 503) into `directory`; gives its file URL. */
export async function folderIndexOf(
  directory: string,
  project: string,
  files: readonly MadeFile[],
): Promise<string> {
  const folder = join(directory, project);
  await mkdir(folder, { recursive: true });
  for (const file of files) await writeFile(join(folder, file.filename), file.bytes);
  const links = files.map(
    ({ filename, sha256 }) => `<a href="${filename}#sha256=${sha256}">${filename}</a><br>`,
  );
  await writeFile(join(folder, 'index.html'), `<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`);
  return pathToFileURL(directory).href;
}
