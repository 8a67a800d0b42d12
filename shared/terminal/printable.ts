// Names that indexes, wheels and other programs chose reach the terminal of whoever reads: a control character in one could
// move the cursor, rename the window or hide what was written before.

/** With every control character but the line end and the tab as U+FFFD. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

/** What `Terminal.style` writes: it changes how a text looks and nothing else. */
const OWN_STYLE = new RegExp(`(${String.fromCodePoint(0x1b)}\\[(?:1|2|22|31|32|33|36|39)m)`, 'u');

/** The same for a line that may hold styles of ours, which stay. */
export function printableLine(line: string): string {
  return line
    .split(OWN_STYLE)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
