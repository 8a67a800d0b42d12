import { expect, test } from 'vitest';
import * as subjects from '../../../../shared/protocol/subjects.ts';
import { subjectMatches } from '../../../../shared/broker/memory/subject-match.ts';

const queue = { lane: 'avx2+cuda', target: 'linux_x86_64-cp311', priority: 1 } as const;

test('the names of a queue follow from it', () => {
  expect(subjects.queueText(queue)).toBe('avx2+cuda.linux_x86_64-cp311.p1');
  expect(subjects.offerSubject(queue)).toBe('troop.offer.avx2+cuda.linux_x86_64-cp311.p1');
  expect(subjects.offerConsumer(queue)).toBe('o_avx2+cuda_linux_x86_64-cp311_p1');
});

test.each([
  [subjects.claimSubject('a1'), 'troop.claim.a1', subjects.allClaims],
  [subjects.renewSubject('a1'), 'troop.renew.a1', subjects.allRenewals],
  [subjects.heartbeatSubject('a1'), 'troop.heartbeat.a1', subjects.allHeartbeats],
  [subjects.resultSubject('a1'), 'troop.result.a1', subjects.allResults],
  [subjects.logSubject('a1', 'job-1'), 'troop.log.a1.job-1', subjects.allLogs],
  [subjects.controlSubject('a1'), 'troop.control.a1', 'troop.control.*'],
  [subjects.scrapeSubject('a1'), 'troop.scrape.a1', 'troop.scrape.*'],
])('%s is spelt so, found by its pattern, and leads back to its agent', (subject, spelt, pattern) => {
  expect(subject).toBe(spelt);
  expect(subjectMatches(pattern, subject)).toBe(true);
  expect(subjects.agentOfSubject(subject)).toBe('a1');
});

test('every offer is found by the pattern of all', () => {
  expect(subjectMatches(subjects.allOffers, subjects.offerSubject(queue))).toBe(true);
});

test.each(['', 'a.b', 'a b', 'A', '*', '>', 'a/b', 'ä', 'a'.repeat(65)])('%j is no agent token', (token) => {
  expect(() => subjects.claimSubject(token)).toThrow(RangeError);
  expect(() => subjects.logSubject('a1', token)).toThrow(RangeError);
  expect(() => subjects.inboxPrefix(token)).toThrow(RangeError);
});

test.each(['', 'AVX2', 'a.b', 'cuda 12', '*', 'a'.repeat(49)])('%j is no lane token', (lane) => {
  expect(() => subjects.offerSubject({ ...queue, lane })).toThrow(RangeError);
});

test.each(['', 'linux.x86', 'Linux', 'a'.repeat(65)])('%j is no target token', (target) => {
  expect(() => subjects.offerConsumer({ ...queue, target })).toThrow(RangeError);
});

test.each([
  'troop.offer.any.x.p1',
  'troop.claim',
  'troop.claim.',
  'troop.claims.a1',
  'x.troop.claim.a1',
  'troop.claim.A',
])('no agent stands in %s', (subject) => {
  expect(subjects.agentOfSubject(subject)).toBeNull();
});

test('an inbox prefix is one token, its own for every agent', () => {
  expect(subjects.inboxPrefix('a1')).toBe('_INBOX_a1');
});
