import { expect, it } from 'vitest';
import { uuidIds } from '../../../../shared/runtime/ids.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('gives UUIDs of version 7 with the time of their making in front', () => {
  // The example of RFC 9562, appendix A.6.
  const clock = createFakeClock(0x017f22e279b0);
  const bytes = Buffer.from('000000000000 0cc3 18c4 dc0c0c07398f'.replaceAll(' ', ''), 'hex');
  expect(uuidIds(clock, () => bytes).next()).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

it('sets version and variant whatever the random bits are', () => {
  const clock = createFakeClock();
  for (const fill of [0x00, 0xff, 0x5a]) {
    expect(uuidIds(clock, (count) => Buffer.alloc(count, fill)).next()).toMatch(FORM);
  }
});

it('sorts by the time of making, and never repeats', async () => {
  const clock = createFakeClock();
  const ids = uuidIds(clock);
  const made: string[] = [];
  for (let count = 0; count < 50; count++) {
    made.push(ids.next());
    await clock.advance(1);
  }
  expect(made.toSorted()).toEqual(made);
  const atOnce = Array.from({ length: 5000 }, () => ids.next());
  expect(new Set(atOnce).size).toBe(5000);
  expect(atOnce.every((id) => FORM.test(id))).toBe(true);
});
