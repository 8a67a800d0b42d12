// A message's body as bytes: msgpack, and compressed where that is what lets it fit on the wire. A trial of sixteen
// stacks of two hundred packages names the same files again and again: over 1 MB plain, a tenth of it compressed.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** The one byte that no msgpack value begins with: what follows it is Brotli (RFC 7932). */
const COMPRESSED = 0xc1;
/** Smaller bodies travel as they are. */
const COMPRESS_FROM_BYTES = 128 * 1024;
/** A small message cannot unfold into more than that. */
const MAXIMUM_UNFOLDED_BYTES = 32 * 1024 * 1024;

export function packBody(body: unknown): Buffer {
  const plain = packr.pack(body);
  if (plain.length < COMPRESS_FROM_BYTES) return plain;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 4,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  return Buffer.concat([Buffer.of(COMPRESSED), brotliCompressSync(plain, { params })]);
}

/** @throws Error when the bytes are neither msgpack nor a compressed form of it, or unfold into too much */
export function unpackBody(bytes: Uint8Array): unknown {
  if (bytes[0] !== COMPRESSED) return packr.unpack(bytes);
  return packr.unpack(brotliDecompressSync(bytes.subarray(1), { maxOutputLength: MAXIMUM_UNFOLDED_BYTES }));
}
