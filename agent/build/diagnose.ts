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

const pattern = (code: ErrorCode, ...expressions: readonly RegExp[]): readonly Pattern[] =>
  expressions.map((expression) => ({ code, expression }));

/** What ends every build on this machine, whatever the stack is. */
const OF_THE_MACHINE: readonly Pattern[] = [
  ...pattern('TROOP-1405', /(?<reason>No space left on device|Disk quota exceeded)/),
  ...pattern(
    'TROOP-1413',
    /^(?:.*\b)?(?<reason>MemoryError|Cannot allocate memory|out of memory|memory allocation of \d+ bytes failed|virtual memory exhausted|Killed signal terminated program \S+)/im,
  ),
  ...pattern(
    'TROOP-1424',
    /(?<reason>Too many open files|can't start new thread|File too large|Resource temporarily unavailable)/,
  ),
  ...pattern(
    'TROOP-1406',
    /(?<reason>No interpreter found (?:at path|for path|for) `(?<path>[^`\n]+)`)/,
    /(?<reason>(?:Failed to inspect Python interpreter|Querying Python) .*?`(?<path>[^`\n]+)`)/,
    /(?<reason>Could not locate Python interpreter) (?<path>\S+)/,
    /(?<!\S)(?<path>\S+): (?<reason>No module named (?:pip|venv|ensurepip)\b)/,
    /(?<reason>No virtual environment or system Python installation found for path) `(?<path>[^`\n]+)`/,
    /(?<reason>no such option: (?<path>--python))\b/,
    // The shell of the sandbox, and what it runs.
    /(?:exec:|failed to execute) (?<path>\S+): (?<reason>not found|Permission denied|No such file or directory)/,
  ),
  ...pattern(
    'TROOP-1423',
    /(?<reason>(?:failed|error|could not|unable) [^\n]*(?:Permission denied|Read-only file system|Operation not permitted) \(os error \d+\))/i,
    /due to an (?:OSError|EnvironmentError): (?<reason>\[Errno (?:1|13|30)\] [^\n]+)/,
    /cause: (?<reason>(?:Permission denied|Read-only file system) \(os error \d+\)[^\n]*)/,
    /^Error: (?<reason>\[Errno (?:1|13|30)\] [^\n]+)/m,
  ),
];

const OF_THE_INDEX: readonly Pattern[] = [
  ...pattern(
    'TROOP-1402',
    /(?<reason>Hash mismatch) for `(?<file>[^`\n]+)`/,
    /DO NOT MATCH THE HASHES[^\n]*\n\s+(?<file>\S+)/,
  ),
  ...pattern(
    'TROOP-1414',
    /index(?: URL)? \((?<url>[^)\n]+)\) (?<reason>could not be queried due to a lack of valid authentication|returned a 403 Forbidden)/i,
    /(?<reason>40[137] Client Error)[^\n]* for url: (?<url>\S+)/,
    /HTTP status client error \((?<reason>40[137] [^)\n]*)\) for url \((?<url>[^)\s]+)/,
  ),
  ...pattern(
    'TROOP-1404',
    /HTTP status client error \((?<reason>4(?:04|10) [^)\n]*)\) for url \((?<url>[^)\s]+)/,
    /(?<reason>HTTP error 4(?:04|10)) while getting (?<url>[^\s#]+)/,
  ),
  ...pattern(
    'TROOP-1403',
    /Failed to fetch: `?(?<url>[^\s`]+)`?[\s\S]{0,2000}?cause: (?<reason>HTTP status (?:server|client) error \([^)]*\)|(?!error sending)(?!client error)(?!Request failed)[^\n]+)/,
    /after connection broken by '(?<reason>[^\n]+?)': (?<url>\S+)/,
    /Could not fetch URL (?<url>\S+): (?<reason>(?!404 )[^\n]+?) - skipping/,
    /Failed to download `(?<url>[^`\n]+)`[\s\S]{0,2000}?cause: (?<reason>end of file before message length reached|operation timed out|[^\n]*connection[^\n]*)/,
    /Downloading (?<url>\S+)[\s\S]{0,4000}?(?<reason>not enough bytes were received[^\n]*)/,
    /The repository located at (?<url>\S+) (?<reason>is not a trusted or secure host)/,
    /(?<reason>Exceeded \d+ redirects)/,
  ),
  ...pattern(
    'TROOP-1425',
    /(?<reason>Unsupported `Content-Type`|Missing `Content-Type` header)[^\n]* for `?(?<url>\w+:[^\s`]+\/)/,
    /(?<reason>unexpected (?:JSON|HTML)) from `?(?<url>[^\s`]+)/,
    /Skipping page (?<url>\S+) because the [A-Z]+ request got (?<reason>Content-Type: [^\s.]+)/,
    /Fetched page (?<url>\S+)(?:(?!in parse_links)[\s\S]){0,4000}in parse_links[\s\S]{0,4000}?^(?<reason>\w+Error: [^\n]+)/m,
    /in parse_links[\s\S]{0,4000}?^(?<reason>\w+Error: [^\n]+)/m,
  ),
];

const PROGRAMS = String.raw`(?:gcc|cc|clang|g\+\+|c\+\+|gfortran|x86_64-\S+-gcc|aarch64-\S+-gcc|rustc|cargo|cmake)`;

/** Only where sources are built. */
const OF_SOURCES: readonly Pattern[] = [
  ...pattern(
    'TROOP-1407',
    new RegExp(String.raw`(?<reason>command '?(?:\S*/)?${PROGRAMS}'? failed: No such file or directory)`),
    new RegExp(String.raw`(?<reason>\[Errno 2\] No such file or directory: '(?:\S*/)?${PROGRAMS}')`),
    /(?<reason>unable to execute '\S+': No such file|Unknown compiler\(s\)|(?:C|CXX|Fortran) compiler (?:cannot|not) [^\n]*|No CMAKE_\w+_COMPILER could be found)/,
    /(?<reason>can't find Rust compiler|Cargo, the Rust package manager, is not installed[^\n]*)/,
  ),
  ...pattern(
    'TROOP-1422',
    /(?<reason>fatal error: \S+: No such file or directory)/,
    /(?<reason>cannot find -l\S+?)(?::|\s)/,
    /(?<reason>Dependency "[^"\n]+" not found|Could NOT find \w+ \(missing[^\n]*)/,
  ),
  ...pattern(
    'TROOP-1408',
    /(?<reason>The build backend returned an error|does not appear to be a Python project|Failed to resolve requirements from `[^`]+` build|Failed to resolve requirements from `build-system\.requires`)/,
    /(?<reason>(?:Building wheel for|Preparing metadata|pip subprocess to install \w+ dependencies|installing \w+ dependencies for|Getting requirements to build)[^\n]*did not run successfully)/,
    /(?<reason>Invalid `pyproject\.toml`|in load_pyproject_toml|Can't unpack [^\n]+|Failed to unpack [^\n]+)/i,
  ),
  ...pattern('TROOP-1401', /(?<reason>Building source distributions for `[^`]+` is disabled)/),
];

const OF_FILES: readonly Pattern[] = [
  ...pattern(
    'TROOP-1409',
    /(?<reason>(?:Wheel|Package) (?:version|name) does not match filename[^,\n]*|Requested [^\n]* has inconsistent \S+[^\n]*|has inconsistent (?:name|version|Name|Version)[^\n]*)/,
    /(?<reason>Package metadata (?:name|version) `[^`]+` does not match given (?:name|version) `[^`]+`)/,
  ),
  ...pattern(
    'TROOP-1410',
    /(?<reason>(?<!\S)(?<package>\S+) has an invalid (?:package format|wheel)|(?<!\S)\S+ has invalid metadata|Wheel '(?:[^']+)' located at \S+ is invalid|Failed to extract archive[^\n]*|The wheel is invalid[^\n]*)/,
    /(?<reason>wheel filename [`"][^`"\n]+[`"] is invalid[^\n]*|(?<!\S)(?<package>\S+) is not a valid wheel filename|Invalid wheel filename[^\n]*)/,
    /(?<reason>^.*Wheel-Version \([\d.]+\) is not compatible.*|Unsupported wheel version.*)/m,
    /(?<reason>(?:The wheel|The file|Failed to read)[^\n]*outside (?:of )?the [^\n]*|has a file [^\n]* trying to install outside[^\n]*|unable to locate the end of central directory record|Bad CRC-32[^\n]*)/,
    /(?<reason>failed to open file `[^`]+\.dist-info\/(?:RECORD|WHEEL|METADATA)`: No such file)/,
    /due to an OSError: (?<reason>(?:RECORD|WHEEL|METADATA))$/m,
    /^(?<reason>(?:\S*\.)?BadMetadata: [^\n]+|EOFError: Compressed file ended[^\n]*|tarfile\.\w+: [^\n]+|TypeError: expected string or bytes-like object, got 'NoneType')/m,
  ),
  ...pattern(
    'TROOP-1401',
    /(?<reason>(?<!\S)(?<package>\S+) has no wheels with a matching [^\n,(]+|has no (?:usable|compatible) wheels|(?<!\S)\S+\.whl is not a supported wheel on this platform)/,
    /(?<reason>(?:is not compatible|is incompatible) with the current (?:platform|Python)[^\n]*)/i,
    /(?<reason>the current Python version \([^)]*\) does not satisfy Python[^\s,]*|requires a different Python[^\n]*)/i,
    /(?<reason>Wheels are required for `(?<package>[^`]+)` because building from source is disabled)/,
    /Skipping link: (?<reason>none of the wheel's tags [^\n]*? are compatible|No (?:binaries|sources) permitted for (?<package>[^:\s]+))/,
  ),
  ...pattern(
    'TROOP-1415',
    /(?<!\S)(?<package>\S+) (?<reason>was not found in the (?:package registry|provided package locations|cache))/,
    /(?<reason>No matching distribution found) for (?<package>\S+)/,
    /(?<reason>there is no version of (?<package>\S+))/,
  ),
];

/**
 * Order matters: what is wrong with the machine comes first, since it makes everything after it fail; of the rest the more
 * exact comes first. Both tools quote names with backticks or quotes.
 */
const PATTERNS: readonly Pattern[] = [...OF_THE_MACHINE, ...OF_THE_INDEX, ...OF_SOURCES, ...OF_FILES];

/**
 * One message a line, in the form of the uv of today. Until 0.8 or so uv drew a tree of causes and broke its lines after 80
 * columns, and said `Caused by` elsewhere.
 */
function unwrapped(output: string): string {
  return output
    .replace(/\n(?: {2}│ {3}| {6})(?=\S)/g, ' ')
    .replace(/- (?=\S)/g, '-')
    .replace(/^ {2}(?:├─▶|╰─▶|Caused by:) /gm, '  cause: ')
    .replace(/^ {2}× /gm, 'error: ');
}

const LONGEST_LINE = 4000;

/** A stranger's program may print what it likes: what a pattern looks at is bounded, whatever that is. */
const withShortLines = (output: string): string =>
  output.replace(
    new RegExp(`.{${LONGEST_LINE + 1},}`, 'g'),
    (line) => line.slice(0, LONGEST_LINE / 2) + line.slice(-LONGEST_LINE / 2),
  );

/** Which package the output is about, where the message itself does not name it. */
const PACKAGE =
  /(?:Failed to (?:build|install|download|read|prepare)[: ]+`?|(?:is not a supported|^ERROR: )\s*|located at \S*\/|Wheel ')(?<package>[A-Za-z0-9][\w.-]*)/m;

const LONGEST_REASON = 300;

/** For messages that name more than the output does. */
const UNNAMED = { package: 'a package', path: 'of the environment', url: 'an index' } as const;

/** The failure that the output of a tool that ended without success shows. */
export function diagnose(output: string): Diagnosis {
  const texts = [output, unwrapped(output)].map(withShortLines);
  for (const { code, expression } of PATTERNS) {
    const text = texts.find((one) => expression.test(one));
    const groups = text === undefined ? undefined : expression.exec(text)?.groups;
    if (groups === undefined) continue;
    const named = PACKAGE.exec(texts[0] ?? '')?.groups?.['package'];
    return { code, facts: { ...UNNAMED, package: named ?? UNNAMED.package, ...cleaned(groups) } };
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
