// The kernel's list form of numbers, such as `0-3,8`. https://docs.kernel.org/admin-guide/cputopology.html

const MAXIMUM_ITEMS = 8192;

/** The numbers, ascending as written; none for an empty or unreadable list. */
export function parseKernelList(text: string): readonly number[] {
  const numbers: number[] = [];
  for (const part of text.trim().split(',')) {
    const [, first, last] = /^([0-9]+)(?:-([0-9]+))?$/.exec(part) ?? [];
    for (let each = Number(first); each <= Number(last ?? first) && numbers.length < MAXIMUM_ITEMS; each++) {
      numbers.push(each);
    }
  }
  return numbers;
}
