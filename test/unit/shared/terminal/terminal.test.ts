import { describe, expect, it } from 'vitest';
import { keptTerminal } from '../../../support/kept-terminal.ts';

const RED = '\u001B[31mx\u001B[39m';

describe('a terminal', () => {
  it('keeps results and messages apart', () => {
    const { terminal, stdout, stderr } = keptTerminal();
    terminal.out('result');
    terminal.say('message');
    terminal.raw('raw');
    expect(stdout()).toBe('result\n');
    expect(stderr()).toBe('message\nraw');
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '0' }, false],
  ])('with a screen %s and %j colours %s', (isTTY, environment, coloured) => {
    const { terminal } = keptTerminal({ isTTY, environment });
    expect(terminal.style('red', 'x')).toBe(coloured ? RED : 'x');
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { TROOP_NO_PROGRESS: '1' }, false],
  ])('with a screen %s and %j redraws %s', (isTTY, environment, isInteractive) => {
    expect(keptTerminal({ isTTY, environment }).terminal.isInteractive).toBe(isInteractive);
  });

  it('gives a screen no orders but its own colours, and a file every character', () => {
    const hostile = '\u001B[31mx\u001B[39m\u001B[2J\u001B]0;title\u0007';
    const screen = keptTerminal({ isTTY: true });
    screen.terminal.out(hostile);
    screen.terminal.say(hostile);
    const seen = `${RED}\uFFFD[2J\uFFFD]0;title\uFFFD\n`;
    expect([screen.stdout(), screen.stderr()]).toEqual([seen, seen]);
    const file = keptTerminal();
    file.terminal.out(hostile);
    expect(file.stdout()).toBe(`${hostile}\n`);
  });

  it('has a width even where nobody tells one', () => {
    expect(keptTerminal().terminal.columns).toBe(100);
    expect(keptTerminal({ columns: 3 }).terminal.columns).toBe(40);
    expect(keptTerminal({ columns: 132 }).terminal.columns).toBe(132);
  });
});
