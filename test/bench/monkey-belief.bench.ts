// What a decision costs after very many results: a result told, and effects drawn from what is then believed. Neither time nor
// memory may grow with the number of results. Processor time, since it does not depend on who else uses the machine.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { compileSpace } from '../../coordinator/monkey/diagram/compile.ts';
import { isDiagram } from '../../coordinator/monkey/diagram/diagram.ts';
import { UniformSampler } from '../../coordinator/monkey/diagram/uniform-sampler.ts';
import { openStateSpace } from '../../coordinator/monkey/space/open-state-space.ts';
import type { Observation } from '../../coordinator/monkey/strategies/learning-stream.ts';
import { normalNumbers } from '../../coordinator/monkey/strategies/normal.ts';
import { StackPosterior } from '../../coordinator/monkey/strategies/stack-posterior.ts';
import { versionEffects } from '../../coordinator/monkey/strategies/version-effects.ts';
import { seededRandom } from '../../shared/runtime/random.ts';
import { linux311, lookupOf, requirements } from '../support/monkey/knowledge.ts';
import { tensorflowShaped } from '../support/monkey/large-knowledge.ts';
import { tellFigure } from './figures.ts';

const RESULTS = [100, 1_000, 10_000, 100_000];
const DECISIONS = 50;
const MOST_MS = 10;
/** More than the belief itself takes, less than a hundredth of what 10^5 results would by their square. */
const MOST_GROWTH_MEGABYTES = 64;

const space = openStateSpace({
  requirements: requirements('flow'),
  lookup: lookupOf(tensorflowShaped('1')),
  environment: linux311,
});

function processorMs(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function heldMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

it('decides as fast after a hundred thousand results as after a thousand', () => {
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('the space does not compile');
  const random = seededRandom('results');
  const normal = normalNumbers(random);
  const sampler = new UniformSampler(diagram);
  const result = (position: number): Observation => {
    const values = new Int32Array(diagram.packageCount);
    sampler.draw(random, values);
    return { position, values, logRatio: random.nextBelow(20) === 0 ? null : 0.3 * normal() };
  };
  const posterior = new StackPosterior(versionEffects(space, diagram));
  const decide = (): void => {
    posterior.observe([result(posterior.count)]);
    posterior.draw(random);
  };
  const tellUpTo = (count: number): void => {
    while (posterior.count < count) posterior.observe([result(posterior.count)]);
  };
  const megabytes = RESULTS.map((results) => {
    const untold = results - DECISIONS - posterior.count;
    const toldMs = processorMs(() => tellUpTo(results - DECISIONS));
    const decisionsMs = processorMs(() => Array.from({ length: DECISIONS }, decide));
    const size = heldMegabytes();
    tellFigure(
      {
        bench: 'monkey-belief',
        figure: `a decision after ${results} results`,
        ours: decisionsMs / DECISIONS,
        unit: 'ms',
        goal: { atMost: MOST_MS },
      },
      { msPerResultTold: toldMs / untold, megabytes: size },
    );
    return size;
  });
  expect(Math.max(...megabytes) - (megabytes[1] ?? NaN)).toBeLessThan(MOST_GROWTH_MEGABYTES);
});
