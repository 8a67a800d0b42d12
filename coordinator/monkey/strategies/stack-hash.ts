// Remembers which stacks a stream has given, in eight bytes each. Two stacks that share 53 bits of hash would be taken for
// one: among a million that happens once in 18,000 streams, and then one stack is left out.

export function stackHash(values: Int32Array): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    low = Math.imul(low ^ value, 0x01000193);
    high = Math.imul(high ^ (value + index), 0x85ebca6b);
    low ^= high >>> 15;
    high ^= low >>> 13;
  }
  return (low >>> 0) * 2 ** 21 + (high >>> 11);
}
