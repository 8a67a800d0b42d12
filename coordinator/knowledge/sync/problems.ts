// What could not be learned, and why: counted by kind, with a few examples, for the closing lines of a sync.
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';

export type ProblemKind =
  | 'needs-build'
  | 'unreachable'
  | 'refused'
  | 'not-found'
  | 'not-understood'
  | 'too-large'
  | 'hash-mismatch'
  | 'hash-conflict'
  | 'unparsable-filename'
  | 'unparsable-metadata'
  | 'unparsable-requirement'
  | 'direct-url'
  | 'no-upload-time'
  | 'without-hash'
  | 'no-file-for-target';

/** What each kind counts, and the words for one of it. */
export const problemTexts: Readonly<Record<ProblemKind, string>> = {
  'needs-build': 'releases need a build to tell their requirements',
  unreachable: 'addresses could not be reached',
  refused: 'addresses refused our credentials or the request',
  'not-found': 'projects are on no index',
  'not-understood': 'answers were not understood',
  'too-large': 'answers were larger than allowed',
  'hash-mismatch': 'files or metadata do not have the announced hash',
  'hash-conflict': 'file names stand for different files in two places of one index (both kept)',
  'unparsable-filename': 'file names are no wheel or sdist of their project',
  'unparsable-metadata': 'files have metadata that cannot be read',
  'unparsable-requirement': 'releases have a requirement that cannot be read',
  'direct-url': 'requirements name a URL instead of an index',
  'no-upload-time': 'files have no upload time, so a cutoff leaves them out',
  'without-hash': 'releases have no file with a SHA-256, so no stack can lock them',
  'no-file-for-target': 'projects have no file for any wanted environment',
};

export interface Problem {
  readonly kind: ProblemKind;
  /** Normalised name of the project. */
  readonly project: string;
  /** File name, version or address: what it is about. Never holds credentials. */
  readonly subject: string;
  readonly reason: string;
}

export interface ProblemGroup {
  readonly kind: ProblemKind;
  readonly count: number;
  readonly text: string;
  readonly examples: readonly Problem[];
}

const maximumExamples = 5;
/** Names of files and addresses are what an index makes of them; only their beginning is shown. */
const maximumTextLength = 300;

export class ProblemBook {
  readonly #groups = new Map<ProblemKind, { count: number; examples: Problem[]; seen: Set<string> }>();

  /** The same thing said twice counts once; `count` is for things that are not told apart. */
  note(problem: Problem, count = 1): void {
    const group = this.#groups.get(problem.kind) ?? { count: 0, examples: [], seen: new Set<string>() };
    this.#groups.set(problem.kind, group);
    const key = `${problem.project}\n${problem.subject}`;
    if (group.seen.has(key)) return;
    group.seen.add(key);
    group.count += count;
    if (group.examples.length >= maximumExamples) return;
    const [subject, reason] = [problem.subject, problem.reason].map((text) =>
      text.slice(0, maximumTextLength),
    );
    group.examples.push({ ...problem, subject: subject ?? '', reason: reason ?? '' });
  }

  groups(): readonly ProblemGroup[] {
    return [...this.#groups]
      .map(([kind, { count, examples }]) => ({ kind, count, text: problemTexts[kind], examples }))
      .toSorted((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
  }
}

const kindsByCode: Readonly<Partial<Record<ErrorCode, ProblemKind>>> = {
  'TROOP-1008': 'unreachable',
  'TROOP-1102': 'unreachable',
  'TROOP-1104': 'too-large',
  'TROOP-1106': 'refused',
  'TROOP-1111': 'hash-mismatch',
  'TROOP-1112': 'not-understood',
};

/** The kind that a failure of the wire or of a file belongs to. */
export function problemKindOf(error: TroopError): ProblemKind {
  if (error.code !== 'TROOP-1103') return kindsByCode[error.code] ?? 'unparsable-metadata';
  const status = Number(error.facts['status']);
  if (status === 404 || status === 410) return 'not-found';
  return status >= 500 || status === 429 ? 'unreachable' : 'refused';
}
