// Where shared/stack differs from a version of `packaging` on purpose. Each excuse is as narrow as its reason and names the
// release of packaging that came round to our answer, if one has.
import { tryParseVersion } from '../../shared/stack/version.ts';
import type { Difference, Excuse } from './packaging-vectors.ts';

interface Reason {
  readonly reason: string;
  /** The first packaging that answers as we do; null for none. */
  readonly until: readonly [major: number, minor: number] | null;
  readonly applies: (difference: Difference) => boolean;
}

const REASONS: readonly Reason[] = [
  {
    reason: 'packaging refuses ~= on text, which the specification reads as ==',
    until: null,
    applies: ({ area, theirs }) =>
      (area === 'markers' || area === 'requirements') && theirs.includes('UndefinedComparison'),
  },
  {
    reason: 'inside a requirement packaging takes the comma behind === as part of the text',
    until: null,
    applies: ({ area, question, ours }) =>
      area === 'requirements' && ours === 'true' && /===[^;]*,/.test(question),
  },
  {
    reason:
      'packaging takes names that begin or end in a dot or an underscore, which the core metadata forbids',
    until: null,
    applies: ({ area, question, ours }) =>
      (area === 'requirements' &&
        ours === 'false' &&
        /(?:^|[[,\s])\w[\w.-]*_\s*(?:[\]@<>=!~(,;\s]|$)/.test(question)) ||
      (area === 'wheels' && ours === 'null' && /^[._]|^[^-]*[._]-/.test(question)),
  },
  {
    reason: 'a sixth field is the label of a variant wheel (PEP 825), which packaging does not know',
    until: null,
    applies: ({ area, detail, theirs }) => area === 'wheels' && detail === 'variant' && theirs === 'null',
  },
  {
    reason: 'packaging takes tags with characters that no tag has',
    until: null,
    applies: ({ area, question, ours }) =>
      area === 'wheels' &&
      ours === 'null' &&
      /-[^-]*\+[^-]*$|-[^-]*\+[^-]*-[^-]*$|-[^-]*\+[^-]*-[^-]*-[^-]*$/.test(question),
  },
  {
    reason: 'empty names and empty tags were taken',
    until: [26, 3],
    applies: ({ area, question, ours }) =>
      (area === 'wheels' || area === 'sdists') &&
      ours === 'null' &&
      (/^-|--|\.\.|-\.|\.-|-\.whl$/.test(question) || /-(?:[^-]*\.)?[0-9][^-]*-[^-]*-[^-]*$/.test(question)),
  },
  {
    reason: 'the prefix of ~= was cut from the text, wrongly for spellings that are not normalised',
    until: [26, 3],
    applies: ({ area, question }) =>
      area === 'specifiers' &&
      question.includes('~=') &&
      question !== question.replace(/~=\s*v?[0-9!.]*[^0-9!.,\s]/i, ''),
  },
  {
    reason: 'a filter saw the same ~=',
    until: [26, 3],
    applies: ({ area, question }) => area === 'filters' && question.includes('~='),
  },
  {
    reason: 'names of extras were not normalised on every operator',
    until: [26, 3],
    applies: ({ area, question }) =>
      (area === 'markers' || area === 'requirements') && question.includes('extra'),
  },
  {
    reason: 'clauses that mean the same were one',
    until: [26, 3],
    applies: ({ area, detail, ours, theirs }) =>
      area === 'requirements' && detail === 'parts' && ours.length > theirs.length,
  },
  {
    reason: 'macOS on x86_64 had other formats',
    until: [26, 3],
    applies: ({ area, detail }) => area === 'tags' && /macosx_\d+_\d+_x86_64/.test(detail),
  },
  {
    reason: 'abi3t was not known',
    until: [26, 1],
    applies: ({ area, question }) => area === 'tags' && question.endsWith('t'),
  },
  {
    reason: 'text that is no version was an error',
    until: [26, 0],
    applies: ({ area, theirs }) =>
      (area === 'specifiers' && theirs === '"?"') || (area === 'filters' && theirs === 'null'),
  },
  {
    reason: '=== compared normalised spellings',
    until: [26, 1],
    applies: ({ area, question }) =>
      (area === 'specifiers' || area === 'filters') && question.includes('==='),
  },
  {
    reason: '<V and >V left out more of the family of V',
    until: [26, 1],
    applies: ({ area, question, detail }) =>
      /[<>](?!=)/.test(question) && (area === 'filters' || (area === 'specifiers' && isVersionOf(detail))),
  },
  {
    reason: 'pre-releases were filtered by other rules',
    until: [26, 0],
    applies: ({ area }) => area === 'filters',
  },
  {
    reason: 'markers on text had an order, and version fields needed versions',
    until: [26, 0],
    applies: ({ area, detail }) => area === 'markers' || (area === 'requirements' && detail === 'marker'),
  },
];

/** The excuses that hold for a version of packaging. */
export function excusesFor(packaging: string): Excuse {
  const [major = 0, minor = 0] = tryParseVersion(packaging)?.release ?? [];
  const holding = REASONS.filter(
    ({ until }) => until === null || major < until[0] || (major === until[0] && minor < until[1]),
  );
  return (difference) => holding.find(({ applies }) => applies(difference))?.reason ?? null;
}

function isVersionOf(detail: string): boolean {
  return tryParseVersion(detail.replace(/^allows /, '')) !== null;
}
