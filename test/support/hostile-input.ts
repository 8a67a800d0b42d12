// What tests do to input, and what they hold a reader to: whatever comes, an answer or an error of the catalogue, in the time of
// its length.
import fc from 'fast-check';
import { TroopError } from '../../shared/errors/troop-error.ts';

/** Whether the input was read; what is not of the catalogue is thrown on. */
export async function isRead(read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (error instanceof TroopError) return false;
    throw error;
  }
}

/** The text with up to `most` places cut out, doubled or replaced, by the pieces among others. */
export function damagedText(seed: string, pieces: readonly string[], most = 5): fc.Arbitrary<string> {
  const put = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 6 }));
  const cut = fc.tuple(fc.nat(seed.length), fc.nat(10), put);
  return fc
    .array(cut, { minLength: 1, maxLength: most })
    .map((cuts) =>
      cuts.reduce((text, [at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length), seed),
    );
}

/** Numbers that parsers of binary forms get wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** The bytes with up to six numbers or bytes overwritten at any of the places, and maybe cut or lengthened. */
export function damagedBytes(seed: Buffer, places: readonly number[] = []): fc.Arbitrary<Buffer> {
  const at = fc.oneof(fc.nat(seed.length - 1), ...(places.length === 0 ? [] : [fc.constantFrom(...places)]));
  const value = fc.oneof(fc.constantFrom(...EDGES), fc.nat(seed.length), fc.nat(0xffff_ffff));
  const change = fc.tuple(at, fc.constantFrom(1, 2, 4), value);
  const length = fc.option(fc.nat(seed.length + 40), { nil: null, freq: 4 });
  return fc.tuple(fc.array(change, { maxLength: 6 }), length).map(([changes, cut]) => {
    const bytes = Buffer.alloc(seed.length + 4);
    seed.copy(bytes);
    for (const [place, width, number] of changes) bytes.writeUIntLE(number % 256 ** width, place, width);
    const whole = bytes.subarray(0, seed.length);
    if (cut === null) return whole;
    return cut <= seed.length
      ? whole.subarray(0, cut)
      : Buffer.concat([whole, Buffer.alloc(cut - seed.length)]);
  });
}

/** So many times longer is the second input. */
const FACTOR = 8;
/** What is done in less is no wait, however it grew: at these lengths a reader that takes the square needs minutes. */
const NO_WAIT_MS = 1500;

/**
 * Processor time of this process for an input of `size` and for one eight times as long: whether it grew with the length. The
 * bound is four times as wide as that, for what the machine does meanwhile.
 */
export async function isLinear(work: (size: number) => unknown, size: number): Promise<boolean> {
  const smallMs = await processorMs(() => work(size));
  const largeMs = await processorMs(() => work(size * FACTOR));
  return largeMs < NO_WAIT_MS || largeMs < smallMs * FACTOR * 4;
}

async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
