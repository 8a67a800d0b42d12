// Sets of small integers as words of 32 bits. Sets of one universe have the same number of words, and bits beyond the
// universe are never set, so that equal sets are equal word by word.

export function wordsFor(size: number): number {
  return (size + 31) >>> 5;
}

export function emptySet(size: number): Uint32Array {
  return new Uint32Array(wordsFor(size));
}

export function fullSet(size: number): Uint32Array {
  const set = emptySet(size).fill(0xffffffff);
  const rest = size & 31;
  if (rest !== 0) {
    set[set.length - 1] = 2 ** rest - 1;
  }
  return set;
}

export function setOf(size: number, members: Iterable<number>): Uint32Array {
  const set = emptySet(size);
  for (const member of members) {
    addTo(set, member);
  }
  return set;
}

export function addTo(set: Uint32Array, member: number): void {
  set[member >>> 5] = ((set[member >>> 5] as number) | (1 << (member & 31))) >>> 0;
}

export function has(set: Uint32Array, member: number): boolean {
  return (((set[member >>> 5] as number) >>> (member & 31)) & 1) === 1;
}

export function isEmpty(set: Uint32Array): boolean {
  return set.every((word) => word === 0);
}

export function sizeOf(set: Uint32Array): number {
  let count = 0;
  for (let index = 0; index < set.length; index++) {
    count += bitCount(set[index] as number);
  }
  return count;
}

export function intersection(a: Uint32Array, b: Uint32Array): Uint32Array {
  const result = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index++) {
    result[index] = (a[index] as number) & (b[index] as number);
  }
  return result;
}

/** The members of `a` that are not in `b`. */
export function difference(a: Uint32Array, b: Uint32Array): Uint32Array {
  const result = new Uint32Array(a.length);
  for (let index = 0; index < a.length; index++) {
    result[index] = (a[index] as number) & ~(b[index] as number);
  }
  return result;
}

export function unionInto(target: Uint32Array, other: Uint32Array): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) | (other[index] as number);
  }
}

/** Narrows `target` to the members of `other`. */
export function intersectInto(target: Uint32Array, other: Uint32Array): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) & (other[index] as number);
  }
}

export function isSubset(a: Uint32Array, b: Uint32Array): boolean {
  for (let index = 0; index < a.length; index++) {
    if (((a[index] as number) & ~(b[index] as number)) !== 0) {
      return false;
    }
  }
  return true;
}

export function areDisjoint(a: Uint32Array, b: Uint32Array): boolean {
  for (let index = 0; index < a.length; index++) {
    if (((a[index] as number) & (b[index] as number)) !== 0) {
      return false;
    }
  }
  return true;
}

export function equalSets(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

/** The members in ascending order. */
export function membersOf(set: Uint32Array): number[] {
  const members: number[] = [];
  for (let index = 0; index < set.length; index++) {
    let word = set[index] as number;
    while (word !== 0) {
      members.push(index * 32 + lowestBit(word));
      word &= word - 1;
    }
  }
  return members;
}

/** Position of the lowest set bit of a word that is not zero. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Number of set bits of one word. */
export function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** A text that equal sets share and others do not. */
export function setKey(set: Uint32Array): string {
  return String.fromCharCode(...new Uint16Array(set.buffer, set.byteOffset, set.length * 2));
}
