import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../../agent/benchmark/line-reader.ts';

describe('lines of a stream', () => {
  it('come whole, however they are cut, and then the end', async () => {
    const stream = new PassThrough();
    const lines = new LineReader(stream, 100);
    const first = lines.next();
    stream.write('{"a"');
    stream.write(':1}\n{"b":2}\n{"c"');
    expect(await first).toEqual({ line: '{"a":1}' });
    expect(await lines.next()).toEqual({ line: '{"b":2}' });
    stream.end();
    expect(await lines.next()).toEqual({ ended: true });
    expect(await lines.next()).toEqual({ ended: true });
  });

  it('keep characters that are cut between pieces', async () => {
    const stream = new PassThrough();
    const lines = new LineReader(stream, 100);
    const bytes = Buffer.from('é\n');
    stream.write(bytes.subarray(0, 1));
    stream.write(bytes.subarray(1));
    expect(await lines.next()).toEqual({ line: 'é' });
  });

  it('are bounded, and the stream is still read to its end', async () => {
    const stream = new PassThrough();
    const lines = new LineReader(stream, 1000);
    stream.end('x'.repeat(100_000));
    expect(await lines.next()).toEqual({ tooLong: true });
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.readableEnded).toBe(true);
  });
});
