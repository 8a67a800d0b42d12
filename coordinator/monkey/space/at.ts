// Reading an array where the index is known to be inside: a slip is an error at once, not an undefined that travels.

/** @throws RangeError when there is no such item */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) {
    throw new RangeError(`no item ${index} of ${items.length}`);
  }
  return item;
}
