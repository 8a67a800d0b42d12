// A cursor over a text of a small grammar. It only moves forward and looks at each character a bounded number of times,
// so parsing is linear in the length of the text; errors name the character where they were seen.
import { TroopError } from '../errors/troop-error.ts';

const MAX_TEXT_LENGTH = 65_536;

export class TextScanner {
  readonly text: string;
  readonly #code: 'TROOP-1804' | 'TROOP-1805';
  #position = 0;

  constructor(text: string, code: 'TROOP-1804' | 'TROOP-1805') {
    this.text = text;
    this.#code = code;
    if (text.length > MAX_TEXT_LENGTH) {
      throw this.error(`it is longer than ${MAX_TEXT_LENGTH} characters`);
    }
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.text.length;
  }

  /** The character at the cursor; the empty text at the end. */
  get next(): string {
    return this.text.charAt(this.#position);
  }

  skipSpace(): void {
    while (this.next === ' ' || this.next === '\t') {
      this.#position += 1;
    }
  }

  /** Moves over `literal` if it is next. */
  accept(literal: string): boolean {
    if (!this.text.startsWith(literal, this.#position)) {
      return false;
    }
    this.#position += literal.length;
    return true;
  }

  /** Moves over all characters that satisfy a test, and returns them. */
  takeWhile(isWanted: (character: string) => boolean): string {
    const start = this.#position;
    while (!this.isAtEnd && isWanted(this.next)) {
      this.#position += 1;
    }
    return this.text.slice(start, this.#position);
  }

  /** Moves behind the next `literal` and returns what is before it; null when there is none. */
  takeThrough(literal: string): string | null {
    const end = this.text.indexOf(literal, this.#position);
    if (end === -1) {
      return null;
    }
    const taken = this.text.slice(this.#position, end);
    this.#position = end + literal.length;
    return taken;
  }

  /** An error at the cursor, or at `position`; characters count from 1. */
  error(reason: string, position: number = this.#position): TroopError {
    return new TroopError(this.#code, {
      text: this.text.length > 240 ? `${this.text.slice(0, 240)}…` : this.text,
      reason,
      position: position + 1,
    });
  }
}

/** Letters, digits, `.`, `_` and `-`: what names are made of. */
export function isNameCharacter(character: string): boolean {
  return /^[a-zA-Z0-9._-]$/.test(character);
}
