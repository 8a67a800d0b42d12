// One error class for both programs. An error is a catalogue entry with facts, not a sentence: the CLI, the HTTP API
// and the wire all print the same code, message and hint, and decide retries from the same flag.
import { catalogue, type ErrorCode } from './catalogue.ts';

/** What was seen when the error happened; values are printed as `seen: key value`. Never put a secret here. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The form an error takes on the wire, in the database and under `--json`. */
export interface SerialisedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly facts: ErrorFacts;
}

export class TroopError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: { cause?: unknown }) {
    super(fillIn(catalogue[code].message, facts), options);
    this.name = 'TroopError';
    this.code = code;
    this.facts = facts;
  }

  get hint(): string {
    return fillIn(catalogue[this.code].hint, this.facts);
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }

  /** The exit status of a command that ends with this error (DESIGN.md section 4). */
  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }

  serialise(): SerialisedError {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      retryable: this.retryable,
      facts: this.facts,
    };
  }
}

/** `{name}` in a template becomes the fact of that name; an unknown name stays visible, so that a test can find it. */
function fillIn(template: string, facts: ErrorFacts): string {
  return template.replace(/\{([a-zA-Z][a-zA-Z0-9]*)\}/g, (whole, name: string) => {
    const value = facts[name];
    return value === undefined || value === null ? whole : String(value);
  });
}
