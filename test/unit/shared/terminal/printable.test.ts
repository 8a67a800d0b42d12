import { describe, expect, it } from 'vitest';
import { printable } from '../../../../shared/terminal/printable.ts';

describe('what is printed', () => {
  it('keeps every character that is seen, lines and tabs', () => {
    for (const text of ['naïve ✓ 日本', 'a\n\tb', '']) expect(printable(text)).toBe(text);
  });

  it.each(['\u001b[2J', '\u009b2J', '\u0007', '\b\b', '\r', '\0', '\u007f'])(
    'shows %j as no order',
    (text) => {
      expect(printable(`a${text}b`)).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect(printable(`a${text}b`)).toMatch(/^a\uFFFD.*b$/);
    },
  );
});
