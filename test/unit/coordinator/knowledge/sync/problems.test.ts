import { describe, expect, it } from 'vitest';
import { ProblemBook, problemKindOf } from '../../../../../coordinator/knowledge/sync/problems.ts';
import { TroopError } from '../../../../../shared/errors/troop-error.ts';

describe('the book of problems', () => {
  it('counts by kind, the same thing once, with a few examples, the most frequent first', () => {
    const book = new ProblemBook();
    for (let number = 0; number < 8; number++) {
      book.note({ kind: 'needs-build', project: 'app', subject: `${number}.0`, reason: 'r' });
      book.note({ kind: 'needs-build', project: 'app', subject: `${number}.0`, reason: 'again' });
    }
    book.note({ kind: 'not-found', project: 'gone', subject: '', reason: 'r' });
    book.note({ kind: 'unparsable-filename', project: 'app', subject: 'page', reason: 'r' }, 20);
    const groups = book.groups();
    expect(groups.map((group) => [group.kind, group.count, group.examples.length])).toEqual([
      ['unparsable-filename', 20, 1],
      ['needs-build', 8, 5],
      ['not-found', 1, 1],
    ]);
  });

  it.each([
    [new TroopError('TROOP-1102', { url: 'u', reason: 'r' }), 'unreachable'],
    [new TroopError('TROOP-1103', { url: 'u', status: 503 }), 'unreachable'],
    [new TroopError('TROOP-1103', { url: 'u', status: 404 }), 'not-found'],
    [new TroopError('TROOP-1103', { url: 'u', status: 418 }), 'refused'],
    [new TroopError('TROOP-1106', { url: 'u', status: 401 }), 'refused'],
    [new TroopError('TROOP-1111', {}), 'hash-mismatch'],
    [new TroopError('TROOP-1116', {}), 'unparsable-metadata'],
  ] as const)('puts %s under %s', (error, expected) => {
    expect(problemKindOf(error)).toBe(expected);
  });
});
