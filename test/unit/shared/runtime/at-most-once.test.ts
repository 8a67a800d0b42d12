import { expect, it } from 'vitest';
import { atMostOnce } from '../../../../shared/runtime/at-most-once.ts';

it('asks for nothing before the first call, and never again', async () => {
  const asked: string[] = [];
  const answer = atMostOnce((by: string) => Promise.resolve(asked.push(by)));
  expect(asked).toEqual([]);
  expect(await Promise.all([answer('first'), answer('second')])).toEqual([1, 1]);
  expect(asked).toEqual(['first']);
});

it('gives a failure to all', async () => {
  const answer = atMostOnce(() => Promise.reject(new Error('away')));
  await expect(answer()).rejects.toThrow('away');
  await expect(answer()).rejects.toThrow('away');
});
