// Names that indexes, wheels and other programs chose reach the terminal of whoever reads: a control character in one could
// move the cursor, rename the window or hide what was written before.

/** With every control character but the line end and the tab as U+FFFD. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
