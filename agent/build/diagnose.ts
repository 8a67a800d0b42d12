// What the output of uv or pip means. Pure; the patterns are tested on outputs recorded from real runs. What is not
// recognised is an unknown failure, which counts as the fleet's: it is tried again and never becomes a false finding.
import type { ErrorFacts } from '../../shared/errors/troop-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';

export interface Diagnosis {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
}

interface Pattern {
  readonly code: ErrorCode;
  /** Its named groups become facts. */
  readonly expression: RegExp;
}

/**
 * Order matters: what is wrong with the machine comes first, since it makes everything after it fail; of the rest the more
 * exact comes first. Both tools quote names with backticks or quotes.
 */
const PATTERNS: readonly Pattern[] = [
  { code: 'TROOP-1405', expression: /(?<reason>No space left on device|Disk quota exceeded)/ },
  {
    code: 'TROOP-1413',
    expression: /^(?:.*\b)?(?<reason>MemoryError|Cannot allocate memory|out of memory)\b/im,
  },
  { code: 'TROOP-1406', expression: /(?<reason>No interpreter found (?:at path|for) `(?<path>[^`\n]+)`)/ },
  {
    code: 'TROOP-1406',
    expression: /(?<reason>(?:Failed to inspect Python interpreter|Querying Python) .*?`(?<path>[^`\n]+)`)/,
  },
  {
    code: 'TROOP-1402',
    expression: /(?<reason>Hash mismatch) for `(?<file>[^`\n]+)`/,
  },
  {
    code: 'TROOP-1402',
    expression: /DO NOT MATCH THE HASHES[^\n]*\n\s+(?<file>\S+)/,
  },
  {
    code: 'TROOP-1414',
    expression:
      /index(?: URL)? \((?<url>[^)\n]+)\) (?<reason>could not be queried due to a lack of valid authentication|returned a 403 Forbidden)/i,
  },
  { code: 'TROOP-1414', expression: /(?<reason>40[137] Client Error)[^\n]* for url: (?<url>\S+)/ },
  {
    code: 'TROOP-1403',
    expression:
      /Failed to fetch: `?(?<url>[^\s`]+)`?[\s\S]*?cause: (?<reason>HTTP status server error \([^)]*\)|(?!error sending)(?!client error)[^\n]+)/,
  },
  {
    code: 'TROOP-1403',
    expression: /after connection broken by '(?<reason>[^\n]+?)': (?<url>\S+)/,
  },
  {
    code: 'TROOP-1407',
    expression:
      /(?<reason>command '?(?:\S*\/)?(?:gcc|cc|clang|g\+\+|c\+\+|gfortran|x86_64-\S+-gcc)'? failed: No such file or directory|unable to execute '\S+': No such file|Unknown compiler\(s\)|(?:C|Fortran) compiler (?:cannot|not) [^\n]*)/,
  },
  {
    code: 'TROOP-1408',
    expression:
      /(?<reason>The build backend returned an error|does not appear to be a Python project|Failed to resolve requirements from `[^`]+` build|Failed to resolve requirements from `build-system\.requires`)/,
  },
  {
    code: 'TROOP-1408',
    expression:
      /(?<reason>(?:Building wheel for|Preparing metadata|pip subprocess to install build dependencies|Getting requirements to build)[^\n]*did not run successfully)/,
  },
  { code: 'TROOP-1401', expression: /(?<reason>Building source distributions for `[^`]+` is disabled)/ },
  {
    code: 'TROOP-1409',
    expression:
      /(?<reason>(?:Wheel|Package) (?:version|name) does not match filename[^,\n]*|Requested [^\n]* has inconsistent \S+[^\n]*|has inconsistent (?:name|version|Name|Version)[^\n]*)/,
  },
  {
    code: 'TROOP-1410',
    expression:
      /(?<reason>(?<package>\S+) has an invalid package format|Wheel '(?:[^']+)' located at \S+ is invalid|Failed to extract archive[^\n]*|The wheel is invalid[^\n]*)/,
  },
  {
    code: 'TROOP-1401',
    expression:
      /(?<reason>(?<package>\S+) has no wheels with a matching [^\n,(]+|has no (?:usable|compatible) wheels|(?:\S+\.whl) is not a supported wheel on this platform)/,
  },
  {
    code: 'TROOP-1401',
    expression:
      /(?<reason>the current Python version \([^)]*\) does not satisfy Python[^\s,]*|requires a different Python[^\n]*)/i,
  },
  {
    code: 'TROOP-1415',
    expression:
      /(?<package>\S+) (?<reason>was not found in the (?:package registry|provided package locations|cache))/,
  },
  { code: 'TROOP-1415', expression: /(?<reason>No matching distribution found) for (?<package>\S+)/ },
  { code: 'TROOP-1415', expression: /(?<reason>there is no version of (?<package>\S+))/ },
];

/** Which package the output is about, where the message itself does not name it. */
const PACKAGE =
  /(?:Failed to (?:build|install|download|read|prepare)[: ]+`?|(?:is not a supported|^ERROR: )\s*|located at \S*\/|Wheel ')(?<package>[A-Za-z0-9][\w.-]*)/m;

const LONGEST_REASON = 300;

/** The failure that the output of a tool that ended without success shows. */
export function diagnose(output: string): Diagnosis {
  for (const { code, expression } of PATTERNS) {
    const groups = expression.exec(output)?.groups;
    if (groups === undefined) continue;
    const named = PACKAGE.exec(output)?.groups?.['package'];
    return { code, facts: { package: named ?? 'a package', ...cleaned(groups) } };
  }
  return { code: 'TROOP-1416', facts: { reason: lastWords(output) } };
}

function cleaned(groups: Readonly<Record<string, string | undefined>>): ErrorFacts {
  const entries = Object.entries(groups).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(
    entries.map(([name, value]) => [name, (value ?? '').trim().slice(0, LONGEST_REASON)]),
  );
}

/** The last line that says error, else the last line. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((one) => /\berror\b/i.test(one)) ?? lines.at(-1) ?? 'it said nothing';
  return line.trim().slice(0, LONGEST_REASON);
}
