import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jobId, type Job } from '../../../shared/inspection/job-state.ts';
import { DEFAULT_RETRY_POLICY } from '../../../shared/inspection/retry-policy.ts';
import { bury } from '../../../shared/inspection/transitions/bury.ts';
import { queue } from '../../../shared/inspection/transitions/queue.ts';
import { jobStep, type JobStep } from '../../support/job-walk.ts';
import { takeStep, type PureJob } from '../../support/pure-job.ts';

const policy = { ...DEFAULT_RETRY_POLICY, maximumInfraAttempts: 3, maximumEpochs: 6, backoffBaseMs: 1000 };
const isClosed = (job: Job): boolean => job.state !== 'queued' && job.state !== 'claimed';
const start = (): PureJob => ({ job: queue(jobId('job'), 0), nowMs: 0 });

function walk(
  steps: readonly JobStep[],
  visit: (before: Job, arrow: string | null, after: Job) => void,
): PureJob {
  return steps.reduce((at, step) => {
    const result = takeStep(at, step, policy);
    visit(at.job, result.arrow, result.after.job);
    return result.after;
  }, start());
}

const walks = fc.array(jobStep, { maxLength: 60, size: 'max' });

test('epochs rise by one with each claim and never fall, and attempts never fall', () => {
  fc.assert(
    fc.property(walks, (steps) => {
      walk(steps, (before, arrow, after) => {
        expect(after.epoch).toBe(before.epoch + (arrow === 'claim' ? 1 : 0));
        expect(after.attempts.infra).toBeGreaterThanOrEqual(before.attempts.infra);
        expect(after.attempts.rejections).toBeGreaterThanOrEqual(before.attempts.rejections);
      });
    }),
    { numRuns: 1000 },
  );
});

test('a closed job never changes again', () => {
  fc.assert(
    fc.property(walks, (steps) => {
      walk(steps, (before, _arrow, after) => {
        expect(isClosed(before) && after !== before).toBe(false);
      });
    }),
    { numRuns: 1000 },
  );
});

test('two ends of one epoch never count both', () => {
  fc.assert(
    fc.property(walks, (steps) => {
      const ended = new Set<number>();
      walk(steps, (before, arrow) => {
        if (arrow !== 'finish' && arrow !== 'requeue') return;
        expect(ended.has(before.epoch)).toBe(false);
        ended.add(before.epoch);
      });
    }),
    { numRuns: 1000 },
  );
});

test('no job is held more often than the policy allows, and none has attempts beyond it', () => {
  fc.assert(
    fc.property(walks, (steps) => {
      const { job } = walk(steps, () => {});
      expect(job.epoch).toBeLessThanOrEqual(policy.maximumEpochs);
      expect(job.attempts.infra).toBeLessThanOrEqual(policy.maximumInfraAttempts);
      expect(!isClosed(job) && job.attempts.infra === policy.maximumInfraAttempts).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('the diagram in the source is exactly what the transitions can do', () => {
  const source = readFileSync(new URL('../../../shared/inspection/job-state.ts', import.meta.url), 'utf8');
  const drawn = new Set(
    [...source.matchAll(/^\/\/ +(\w+) ──(\w+)──▶ (\w+)$/gm)].map(
      ([, from, arrow, to]) => `${from} ${arrow} ${to}`,
    ),
  );
  const seen = new Set(['nothing queue queued']);
  fc.assert(
    fc.property(walks, (steps) => {
      walk(steps, (before, arrow, after) => {
        if (arrow !== null) seen.add(`${before.state} ${arrow} ${after.state}`);
        if (before.state === 'queued' || before.state === 'claimed') {
          seen.add(`${before.state} bury ${bury(before, 'poison').state}`);
        }
      });
    }),
    { numRuns: 4000, seed: 1 },
  );
  expect([...seen].toSorted()).toEqual([...drawn].toSorted());
});
