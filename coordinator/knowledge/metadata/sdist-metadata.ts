// PKG-INFO out of an sdist (https://packaging.python.org/en/latest/specifications/source-distribution-format/): the one
// in its top folder, never one of an egg-info, whose requirements may differ.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { maximumMetadataBytes } from './metadata-text.ts';
import { readTarEntry } from './tar-reader.ts';

/** An sdist may unpack to this much before PKG-INFO is found. */
const maximumUnpackedBytes = 512 * 1024 * 1024;

export function isPkgInfo(path: string): boolean {
  return /^(?:\.\/)?[^/]+\/PKG-INFO$/.test(path);
}

/** Reads PKG-INFO of a `.tar.gz` as it comes and stops there; null when there is none. */
export async function readSdistMetadata(content: AsyncIterable<Uint8Array>): Promise<Buffer | null> {
  const source = Readable.from(content);
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  try {
    const limits = { fileBytes: maximumMetadataBytes, totalBytes: maximumUnpackedBytes };
    return await readTarEntry(unpacked, isPkgInfo, limits);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}
