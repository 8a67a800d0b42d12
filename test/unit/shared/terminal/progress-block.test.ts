import { expect, it } from 'vitest';
import { bar, createProgressBlock } from '../../../../shared/terminal/progress-block.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { keptTerminal } from '../../../support/kept-terminal.ts';

it('redraws in place, at most five times a second, and leaves the last lines standing', async () => {
  const clock = createFakeClock();
  const { terminal, stdout, stderr } = keptTerminal({ isTTY: true, columns: 80 });
  const block = createProgressBlock(terminal, clock);
  block.show(['a', 'b'], 'one');
  block.show(['too', 'soon'], 'two');
  expect(stderr()).toBe('a\nb\n');
  await clock.advance(200);
  block.show(['c'], 'three');
  expect(stderr()).toBe('a\nb\n\u001B[2F\u001B[Jc\n');
  block.show(['last'], 'four');
  block.finish();
  expect(stderr()).toBe('a\nb\n\u001B[2F\u001B[Jc\n\u001B[1F\u001B[Jlast\n');
  expect(stdout()).toBe('');
});

it('takes itself away when it is told to', () => {
  const { terminal, stderr } = keptTerminal({ isTTY: true });
  const block = createProgressBlock(terminal, createFakeClock());
  block.show(['a', 'b'], 'one');
  block.finish({ erase: true });
  expect(stderr()).toBe('a\nb\n\u001B[2F\u001B[J');
});

it('cuts a line that would wrap', () => {
  const { terminal, stderr } = keptTerminal({ isTTY: true, columns: 40 });
  createProgressBlock(terminal, createFakeClock()).show(['x'.repeat(41), 'y'.repeat(40)], '');
  expect(stderr()).toBe(`${'x'.repeat(39)}…\n${'y'.repeat(40)}\n`);
});

it('says one line a change where there is no screen, with the time in front', () => {
  const { terminal, stderr } = keptTerminal();
  const block = createProgressBlock(terminal, createFakeClock(Date.UTC(2030, 0, 1)));
  block.show(['a'], 'one');
  block.show(['b'], 'one');
  block.show(['c'], 'two');
  block.finish();
  expect(stderr()).toBe('2030-01-01T00:00:00.000Z one\n2030-01-01T00:00:00.000Z two\n');
});

it.each([
  [0, '░░░░'],
  [0.5, '██░░'],
  [1, '████'],
  [7, '████'],
  [-1, '░░░░'],
])('draws a share of %d as %s', (share, text) => expect(bar(share, 4)).toBe(text));
