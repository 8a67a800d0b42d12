// What tells two stacks apart, as people read it: one line a package.
import type { ChangedPackage, StackDifference } from '../../../../shared/stack/difference.ts';
import type { StackPackage } from '../../../../shared/stack/stack.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';

export function differenceLines(
  terminal: Terminal,
  { added, removed, changed }: StackDifference,
): readonly string[] {
  return [
    ...removed.map((item) => terminal.style('red', `- ${nameOf(item)} ${item.version}`)),
    ...added.map((item) => terminal.style('green', `+ ${nameOf(item)} ${item.version}`)),
    ...changed.map((one) => `  ${changeText(one)}`),
  ];
}

/** On one line: `numpy 1.26.4 → 1.25.0, - six`. */
export function differenceSentence({ added, removed, changed }: StackDifference): string {
  return [
    ...changed.map((one) => (one.kind === 'up' || one.kind === 'down' ? versionsText(one) : changeText(one))),
    ...added.map((item) => `+ ${item.name} ${item.version}`),
    ...removed.map((item) => `- ${item.name}`),
  ].join(', ');
}

function changeText({ name, from, to, kind }: ChangedPackage): string {
  switch (kind) {
    case 'up':
    case 'down':
      return `${versionsText({ name, from, to })} (${kind})`;
    case 'index':
      return `${name} ${from.version} of ${from.index} → of ${to.index}`;
    case 'variant':
      return `${name} ${from.version} ${buildName(from)} → ${buildName(to)}`;
    case 'extras':
      return `${nameOf(from)} → ${nameOf(to)}`;
  }
}

/** With the index, where that changes too: two may have the same version. */
function versionsText({ name, from, to }: Pick<ChangedPackage, 'name' | 'from' | 'to'>): string {
  return `${name} ${from.version} → ${to.version}${from.index === to.index ? '' : ` of ${to.index}`}`;
}

function buildName({ variant }: StackPackage): string {
  return variant === undefined ? 'plain' : `variant ${variant}`;
}

function nameOf({ name, extras }: StackPackage): string {
  return extras === undefined || extras.length === 0 ? name : `${name}[${extras.join(',')}]`;
}
