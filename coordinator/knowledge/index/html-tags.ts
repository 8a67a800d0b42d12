// The opening tags of an HTML text, as far as index pages need them: names and attributes, entities decoded. Tolerant
// of everything that browsers tolerate there, and linear in the length of the text: every character is looked at a
// bounded number of times, whatever is left open.

export interface HtmlTag {
  /** Lower case. */
  readonly name: string;
  /** Lower-case names; the first of a repeated attribute counts; one without a value is the empty string. */
  readonly attributes: ReadonlyMap<string, string>;
}

const wanted = new Set(['a', 'base', 'meta']);
/** Their content is text, not tags. */
const rawText = new Set(['script', 'style', 'textarea', 'title']);
const tagName = /[a-zA-Z][^\s/>]*/y;
const attributeName = /[\s/]*([^\s/>=][^\s/>=]*)/y;
const attributeValue = /\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*))/y;

const openQuote = /\s*=\s*["']/y;

/** Every `a`, `base` and `meta` opening tag, in order. */
export function* htmlTags(html: string): Generator<HtmlTag> {
  let position = 0;
  for (;;) {
    const start = html.indexOf('<', position);
    if (start === -1) return;
    if (html.startsWith('<!--', start)) {
      const end = html.indexOf('-->', start + 4);
      if (end === -1) return;
      position = end + 3;
      continue;
    }
    const name = matchAt(tagName, html, start + 1)?.[0];
    if (name === undefined) {
      position = start + 1;
      continue;
    }
    const tag = readTag(html, start + 1 + name.length, name.toLowerCase());
    position = tag.end;
    if (wanted.has(tag.name)) yield tag;
    if (rawText.has(tag.name)) position = endOfRawText(html, position, tag.name);
  }
}

function readTag(html: string, start: number, name: string): HtmlTag & { end: number } {
  const attributes = new Map<string, string>();
  let position = start;
  for (;;) {
    const match = matchAt(attributeName, html, position);
    if (match === null) break;
    position += match[0].length;
    const value = matchAt(attributeValue, html, position);
    // A quote that never closes swallows the rest: no later tag may start the search for its end again.
    if (value === null && matchAt(openQuote, html, position) !== null) {
      return { name, attributes, end: html.length };
    }
    position += value?.[0].length ?? 0;
    const key = (match[1] ?? '').toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeEntities(valueText(value)));
  }
  const close = html.indexOf('>', position);
  return { name, attributes, end: close === -1 ? html.length : close + 1 };
}

/** Of the three ways to write a value, the one that matched. */
function valueText(value: RegExpExecArray | null): string {
  return value?.slice(1).find((text) => text !== undefined) ?? '';
}

function endOfRawText(html: string, start: number, name: string): number {
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = start;
  return closing.exec(html)?.index ?? html.length;
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  plus: '+',
  equals: '=',
  num: '#',
};

/** The entities that index pages use, and all numeric ones; an unknown one stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-zA-Z]{2,8});?/g, (whole, body: string) => {
    if (!body.startsWith('#')) return namedEntities[body] ?? whole;
    const isHex = body[1] === 'x' || body[1] === 'X';
    const code = Number.parseInt(body.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
