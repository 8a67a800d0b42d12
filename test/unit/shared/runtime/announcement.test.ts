import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { createAnnouncement } from '../../../../shared/runtime/announcement.ts';
import { settle } from '../../../support/fake-clock.ts';

it('tells all that wait, and nobody who begins to wait later', async () => {
  const news = createAnnouncement();
  const told: string[] = [];
  void news.next().then(() => told.push('first'));
  void news.next().then(() => told.push('second'));
  news.announce();
  void news.next().then(() => told.push('late'));
  await settle();
  expect(told).toEqual(['first', 'second']);
  news.announce();
  await settle();
  expect(told).toEqual(['first', 'second', 'late']);
});

it('lets go of who is told to stop, and leaves no listener behind', async () => {
  const news = createAnnouncement();
  const stop = new AbortController();
  const waiting = news.next(stop.signal);
  stop.abort();
  await waiting;
  await news.next(stop.signal);
  const other = new AbortController();
  const again = news.next(other.signal);
  news.announce();
  await again;
  expect(getEventListeners(other.signal, 'abort')).toEqual([]);
});
