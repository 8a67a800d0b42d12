// Real wheels and sdists, made in memory: what a fake index serves and a folder holds.
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipEntry {
  readonly path: string;
  readonly content: string | Buffer;
  readonly isStored?: boolean;
}

/** A zip as wheels are: local entries, central directory, end record. */
export function makeZip(entries: readonly ZipEntry[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const packed = entry.isStored === true ? content : deflateRawSync(content);
    const name = Buffer.from(entry.path, 'utf8');
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(0x800, 2);
    fixed.writeUInt16LE(entry.isStored === true ? 0 : 8, 4);
    fixed.writeUInt32LE(crc32(content), 10);
    fixed.writeUInt32LE(packed.length, 14);
    fixed.writeUInt32LE(content.length, 18);
    fixed.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fixed, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), fixed, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, central, end, Buffer.from(comment, 'latin1')]);
}

export interface TarEntry {
  readonly path: string;
  readonly content: string;
  /** `0` for a file; `x` for a pax header, `L` for a GNU long name. */
  readonly type?: string;
}

/** A ustar archive. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content, 'utf8');
    const header = Buffer.alloc(512);
    header.write(entry.path.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(entry.type ?? '0', 156);
    header.write('ustar\0', 257);
    header.write('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export interface DistributionOptions {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  readonly extras?: readonly string[];
  readonly requiresPython?: string;
}

export interface MadeFile {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** The text of METADATA or PKG-INFO. */
  readonly metadata: string;
}

export function metadataText(options: DistributionOptions, metadataVersion = '2.1', more = ''): string {
  return [
    `Metadata-Version: ${metadataVersion}`,
    `Name: ${options.name}`,
    `Version: ${options.version}`,
    ...(options.requiresPython === undefined ? [] : [`Requires-Python: ${options.requiresPython}`]),
    ...(options.requires ?? []).map((line) => `Requires-Dist: ${line}`),
    ...(options.extras ?? []).map((extra) => `Provides-Extra: ${extra}`),
    ...(more === '' ? [] : [more]),
    '',
    'Requires-Dist: this-is-the-description-not-a-field',
  ].join('\n');
}

export function makeWheel(
  options: DistributionOptions & { readonly tag?: string; readonly paddingBytes?: number },
): MadeFile {
  const stem = `${options.name.replaceAll('-', '_')}-${options.version}`;
  const metadata = metadataText(options);
  const bytes = makeZip([
    { path: `${options.name}/__init__.py`, content: 'value = 1\n' },
    { path: `${options.name}/data.bin`, content: noise(options.paddingBytes ?? 0), isStored: true },
    { path: `${options.name}/_vendor/other-1.0.dist-info/METADATA`, content: 'Name: other\n' },
    { path: `${stem}.dist-info/METADATA`, content: metadata },
    { path: `${stem}.dist-info/WHEEL`, content: 'Wheel-Version: 1.0\n' },
  ]);
  return {
    filename: `${stem}-${options.tag ?? 'py3-none-any'}.whl`,
    bytes,
    sha256: sha256Of(bytes),
    metadata,
  };
}

export function makeSdist(
  options: DistributionOptions & { readonly metadataVersion?: string; readonly dynamic?: string },
): MadeFile {
  const stem = `${options.name.replaceAll('-', '_')}-${options.version}`;
  const more = options.dynamic === undefined ? '' : `Dynamic: ${options.dynamic}`;
  const metadata = metadataText(options, options.metadataVersion ?? '2.2', more);
  const tar = makeTar([
    {
      path: `${stem}/src/${options.name}.egg-info/PKG-INFO`,
      content: metadataText({ ...options, requires: ['wrong'] }),
    },
    { path: `${stem}/setup.py`, content: 'raise SystemExit("nobody builds here")\n' },
    { path: `${stem}/PKG-INFO`, content: metadata },
  ]);
  const bytes = gzipSync(tar);
  return { filename: `${stem}.tar.gz`, bytes, sha256: sha256Of(bytes), metadata };
}

export function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Bytes that do not compress, the same every time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
