// Errors as both programs print them: code and what happened, the facts that were seen, and what to do.
import { TroopError } from '../errors/troop-error.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Prints the error and gives the exit status that belongs to it. */
export function printError(terminal: Terminal, error: unknown, options: { json: boolean }): number {
  const known =
    error instanceof TroopError
      ? error
      : new TroopError('TROOP-1001', { reason: reasonOf(error) }, { cause: error });
  if (options.json) {
    terminal.say(JSON.stringify({ error: known.serialise() }));
    return known.exitCode;
  }
  terminal.say(`${terminal.style('red', `error[${known.code}]`)}: ${printable(known.message)}`);
  const seen = Object.entries(known.facts).filter(([, value]) => value !== undefined && value !== null);
  const unsaid = seen.filter(
    ([, value]) => !known.message.includes(String(value)) && !known.hint.includes(String(value)),
  );
  if (unsaid.length > 0) {
    const said = unsaid.map(([name, value]) => `${name} ${String(value)}`).join(', ');
    terminal.say(`  seen: ${printable(said)}`);
  }
  terminal.say(`  hint: ${printable(known.hint)}`);
  return known.exitCode;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}
