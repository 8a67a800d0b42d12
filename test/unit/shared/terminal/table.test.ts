import { expect, it } from 'vitest';
import { tableLines } from '../../../../shared/terminal/table.ts';
import { keptTerminal } from '../../../support/kept-terminal.ts';

it('aligns columns, numbers to the right, without trailing spaces', () => {
  const { terminal } = keptTerminal();
  const lines = tableLines(
    terminal,
    [{ title: 'stack' }, { title: 'ratio', align: 'right' }, { title: 'note' }],
    [['numpy 2.1.3', '0.98', ''], ['x', '12.5', 'slow'], ['short row']],
  );
  expect(lines).toEqual([
    'stack        ratio  note',
    'numpy 2.1.3   0.98',
    'x             12.5  slow',
    'short row',
  ]);
});

it('gives colours no room', () => {
  const { terminal } = keptTerminal({ environment: { FORCE_COLOR: '1' } });
  const [, plain, coloured] = tableLines(
    terminal,
    [{ title: 'a' }, { title: 'b' }],
    [
      ['word', 'x'],
      [terminal.style('red', 'word'), 'x'],
    ],
  );
  expect(plain).toBe('word  x');
  expect(coloured).toBe(`${terminal.style('red', 'word')}  x`);
});

it('is its headings alone when there is nothing to show', () => {
  expect(tableLines(keptTerminal().terminal, [{ title: 'a' }, { title: 'b' }], [])).toEqual(['a  b']);
});

it('may have as many rows as there are inspections', () => {
  const { terminal } = keptTerminal();
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index)]);
  expect(tableLines(terminal, [{ title: 'n' }], rows)).toHaveLength(200_001);
});
