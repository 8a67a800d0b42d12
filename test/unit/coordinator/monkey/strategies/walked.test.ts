// Streams of walks go on from any cursor as if they had never stopped, and at once where no stack is likely to come twice.
import { describe, expect, it } from 'vitest';
import type { CompileFailure } from '../../../../../coordinator/monkey/diagram/compile.ts';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import type { JsonValue, StackStream } from '../../../../../coordinator/monkey/strategies/strategy.ts';
import { linux311, lookupOf, release, requirements } from '../../../../support/monkey/knowledge.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const diagram: CompileFailure = { reason: 'nodes', nodes: 1 };
const versions = Array.from({ length: 40 }, (_, index) => String(index + 1));

/** Independent projects: 40 to the power of their number stacks. */
function streamOf(projects: number, cursor?: JsonValue): StackStream {
  const names = Array.from({ length: projects }, (_, index) => `p${index}`);
  const space = openStateSpace({
    requirements: requirements(...names),
    lookup: lookupOf(names.flatMap((name) => versions.map((version) => release(name, version)))),
    environment: linux311,
  });
  return strategyNamed('uniform').open(space, { seed: 's', diagram, cursor });
}

const take = (stream: StackStream, count: number): readonly string[] =>
  Array.from({ length: count }, () => JSON.stringify([stream.next(), stream.provenance]));
const again = (stream: StackStream): JsonValue => JSON.parse(JSON.stringify(stream.cursor)) as JsonValue;

describe('a stream of walks', () => {
  it('goes on from any cursor, before and behind where it stops to look back, and from those of older versions', () => {
    const whole = streamOf(8);
    whole.skip?.(8_180);
    const cursors = [again(whole)];
    const lines: string[] = [];
    for (let turn = 0; turn < 40; turn++) {
      lines.push(...take(whole, 1));
      cursors.push(again(whole));
    }
    expect(new Set(lines).size).toBe(40);
    for (const turn of [0, 11, 12, 13, 30]) {
      expect(take(streamOf(8, cursors[turn]), 5)).toEqual(lines.slice(turn, turn + 5));
    }
    expect(cursors[30]).toEqual({ emitted: 8_210, walk: 8_210 });
    expect(take(streamOf(8, { emitted: 8_210 }), 5)).toEqual(lines.slice(30, 35));
  });

  it('walks nothing again where the first stacks all differed', () => {
    // Replaying it would take years.
    const far = 1e12;
    const [line] = take(streamOf(8, { emitted: far, walk: far }), 1);
    const whole = streamOf(8);
    whole.skip?.(far);
    expect(take(whole, 1)).toEqual([line]);
    expect(again(whole)).toEqual({ emitted: far + 1, walk: far + 1 });
  });

  it('gives no stack twice, and ends, where stacks come again', () => {
    const whole = streamOf(2);
    const lines = new Set<string>();
    const pieces: string[] = [];
    let piece = streamOf(2);
    for (let stack = whole.next(); stack !== null; stack = whole.next()) {
      if (lines.size % 400 === 0) piece = streamOf(2, again(piece));
      pieces.push(JSON.stringify(piece.next()));
      lines.add(JSON.stringify(stack));
    }
    expect(pieces).toEqual([...lines]);
    expect(lines.size).toBeGreaterThan(1_590);
    expect(whole.next()).toBeNull();
  });

  it('refuses a cursor with a walk that is none', () => {
    expect(troopErrorOf(() => streamOf(2, { emitted: 1, walk: -1 }))).toMatchObject({
      code: 'TROOP-1906',
      facts: { reason: 'its "walk" is no number of what was given' },
    });
  });
});
