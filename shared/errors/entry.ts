// The shape of one catalogue entry; the codes of each area live in `codes/`.

export interface CatalogueEntry {
  /** What happened, one sentence without a full stop; `{fact}` is filled in. */
  readonly message: string;
  /** What to do about it, naming the command or the setting. */
  readonly hint: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** Exit status of a command that ends with it: 1 no · 2 usage · 3 unreachable · 4 not authenticated · 5 not found · 6 conflict. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 8;
  /** Status of an HTTP answer that carries it. */
  readonly httpStatus: number;
}

/** Keeps the literal keys of a group of codes while checking every entry. */
export function defineCodes<Code extends `TROOP-${number}`>(
  codes: Record<Code, CatalogueEntry>,
): Readonly<Record<Code, CatalogueEntry>> {
  return Object.freeze(codes);
}
