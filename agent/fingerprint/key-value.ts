// Text of the form "key : value" a line, as /proc and many tools print it.

/** First value of each key, both trimmed. */
export function parseKeyValues(text: string, separator = ':'): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(separator);
    const key = line.slice(0, Math.max(at, 0)).trim();
    if (at > 0 && !values.has(key)) {
      values.set(key, line.slice(at + separator.length).trim());
    }
  }
  return values;
}

/** A decimal or `0x` number, null for anything else. */
export function parseWhole(text: string | undefined): number | null {
  return text !== undefined && /^(?:0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : null;
}
