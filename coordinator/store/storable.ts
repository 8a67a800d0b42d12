// What may be written into text and jsonb columns. PostgreSQL holds neither NUL nor half of a surrogate pair, and
// what programs under inspection print holds both.

const NUL = String.fromCodePoint(0);
const REPLACEMENT = String.fromCodePoint(0xfffd);
const LONE_SURROGATE = /\p{Cs}/gu;

/** The text with NUL and lone surrogates replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll(NUL, REPLACEMENT).replace(LONE_SURROGATE, REPLACEMENT);
}

/** JSON text for a jsonb column: every string and key storable, integers of any width as numbers. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return storableText(item);
    if (typeof item === 'bigint') return Number(item);
    return isRecord(item) ? withStorableKeys(item) : item;
  });
}

const isRecord = (item: unknown): item is Readonly<Record<string, unknown>> =>
  typeof item === 'object' && item !== null && !Array.isArray(item);

/** A program under inspection names its metrics itself, and these names are keys. */
function withStorableKeys(item: Readonly<Record<string, unknown>>): unknown {
  const isClean = Object.keys(item).every((key) => storableText(key) === key);
  return isClean
    ? item
    : Object.fromEntries(Object.entries(item).map(([key, inner]) => [storableText(key), inner]));
}
