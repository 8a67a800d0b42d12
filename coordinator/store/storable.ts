// What may be written into text and jsonb columns. PostgreSQL holds neither NUL nor half of a surrogate pair, and
// what programs under inspection print holds both.

const NUL = String.fromCodePoint(0);
const REPLACEMENT = String.fromCodePoint(0xfffd);
const LONE_SURROGATE = /\p{Cs}/gu;

/** The text with NUL and lone surrogates replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll(NUL, REPLACEMENT).replace(LONE_SURROGATE, REPLACEMENT);
}

/** JSON text for a jsonb column: every string storable, integers of any width as numbers. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return storableText(item);
    return typeof item === 'bigint' ? Number(item) : item;
  });
}
