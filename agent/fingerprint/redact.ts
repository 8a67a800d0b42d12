// Takes out of a recording what names a machine, a person or a thing: recordings are shared and committed. The same
// secret always becomes the same stand-in, so that what was equal stays equal.

export interface Secrets {
  readonly hostName: string;
  readonly userName: string;
  readonly homeFolder: string;
}

const PATTERNS: readonly (readonly [RegExp, (count: number) => string])[] = [
  // GPU and other UUIDs, before longer runs of hexadecimal digits.
  [
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    (count) => `00000000-0000-0000-0000-${String(count).padStart(12, '0')}`,
  ],
  [/\b[0-9a-f]{64}\b/gi, (count) => String(count).padStart(64, '0')],
  [/\b[0-9a-f]{32}\b/gi, (count) => String(count).padStart(32, '0')],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, (count) => `00:00:00:00:00:${String(count).padStart(2, '0')}`],
  [/\b(?:serial(?: number)?)\s*[:=]\s*\S+/gi, () => 'serial: removed'],
];

/** A function that redacts texts of one machine; it remembers what it replaced. */
export function redactor(secrets: Secrets): (text: string) => string {
  const standIns = new Map<RegExp, Map<string, string>>();
  const names: readonly (readonly [string, string])[] = [
    [secrets.homeFolder, '/home/user'],
    [secrets.hostName, 'machine'],
    [secrets.userName, 'user'],
  ];
  return (text) => {
    let redacted = text;
    for (const [secret, standIn] of names) {
      redacted = replaceWord(redacted, secret, standIn);
    }
    for (const [pattern, makeStandIn] of PATTERNS) {
      const known = standIns.get(pattern) ?? new Map<string, string>();
      standIns.set(pattern, known);
      redacted = redacted.replace(pattern, (found) => {
        const standIn = known.get(found.toLowerCase()) ?? makeStandIn(known.size + 1);
        known.set(found.toLowerCase(), standIn);
        return standIn;
      });
    }
    return redacted;
  };
}

/** Only where it stands alone: a host that is called `vm` must not change `vmx`. */
function replaceWord(text: string, word: string, standIn: string): string {
  if (word === '' || word === '/') {
    return text;
  }
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, 'g'), standIn);
}
