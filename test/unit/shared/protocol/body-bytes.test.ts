import { brotliCompressSync } from 'node:zlib';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { packBody, unpackBody } from '../../../../shared/protocol/body-bytes.ts';
import { MAXIMUM_MESSAGE_BYTES } from '../../../../shared/protocol/envelope.ts';
import { sha256Hex } from '../../../../shared/stack/canonical-json.ts';

/** Sixteen stacks of 250 packages, most of which they share. */
const largeTrial = Array.from({ length: 16 }, (_, stack) => ({
  stack_id: `sha256:${sha256Hex(String(stack))}`,
  packages: Array.from({ length: 250 }, (__, index) => {
    const name = `package-${index}`;
    const version = `1.${index % 7 === 0 ? stack : 0}`;
    const files = [
      {
        filename: `${name}-${version}-py3-none-any.whl`,
        url: `https://index.example/packages/${sha256Hex(name)}/${name}-${version}-py3-none-any.whl`,
        sha256: sha256Hex(name + version),
      },
    ];
    return { name, version, index: 'pip', files };
  }),
}));

describe('the bytes of a body', () => {
  it('are plain msgpack while they are small', () => {
    expect(unpack(packBody({ a: [1, null, 'x'] }))).toEqual({ a: [1, null, 'x'] });
  });

  it('fit on the wire for a trial of many large stacks, and say the same', () => {
    expect(JSON.stringify(largeTrial).length).toBeGreaterThan(MAXIMUM_MESSAGE_BYTES);
    const bytes = packBody(largeTrial);
    expect(bytes.length).toBeLessThan(MAXIMUM_MESSAGE_BYTES / 2);
    expect(unpackBody(bytes)).toEqual(largeTrial);
  });

  it('do not unfold into more than a message may hold', () => {
    const bomb = brotliCompressSync(Buffer.alloc(40 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(1000);
    expect(() => unpackBody(Buffer.concat([Buffer.of(0xc1), bomb]))).toThrow(/larger than/);
  });

  it('are refused when the compressed part is broken', () => {
    const bytes = packBody(largeTrial);
    expect(() => unpackBody(bytes.subarray(0, bytes.length / 2))).toThrow(/unexpected end|decompression/i);
    expect(() => unpackBody(Buffer.of(0xc1))).toThrow(/unexpected end|decompression/i);
  });
});
