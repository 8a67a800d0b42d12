// What must hold of counts and streams whatever the knowledge: they follow from the space alone, and grow and shrink with it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import type { JsonValue, StackStream } from '../../../coordinator/monkey/strategies/strategy.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { smallCase, type SmallCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { compiledCase } from '../../support/monkey/compiled-case.ts';
import { lookupOf, release, requirements } from '../../support/monkey/knowledge.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
// A bound that names a pre-release, or pins a yanked release, would let it in: a law about bounds must not ask for more.
const STRICT = { prereleases: 'allow', yanked: 'disallow' } as const;

const count = (request: Parameters<typeof openStateSpace>[0]): bigint => compiledCase(request).diagram.count;

/** At most `limit` lines of a stream. */
function linesOf(stream: StackStream, limit: number): readonly string[] {
  const lines: string[] = [];
  for (let stack = stream.next(); stack !== null; stack = lines.length < limit ? stream.next() : null) {
    lines.push(JSON.stringify(stack));
  }
  return lines.slice(0, limit);
}

const streamOf = (
  space: StateSpace,
  name: string,
  options: { seed: string; cursor?: JsonValue },
): StackStream => strategyNamed(name).open(space, options);

describe('a space of random knowledge', () => {
  it('has no fewer stacks with one more candidate', () => {
    let grown = 0;
    fc.assert(
      fc.property(smallCase, fc.constantFrom(...NAMES), (request, name) => {
        const plain = count({ ...request, policy: STRICT });
        const more = lookupOf([...request.releases, release(name, '2.5')], NAMES);
        const wider = count({ ...request, policy: STRICT, lookup: more });
        expect(wider).toBeGreaterThanOrEqual(plain);
        grown += wider > plain ? 1 : 0;
      }),
      { numRuns: 600 },
    );
    expect(grown).toBeGreaterThan(60);
  });

  it('has no more stacks with one more bound', () => {
    let shrunk = 0;
    const bound = fc
      .tuple(fc.constantFrom(...NAMES), fc.constantFrom('>=1.1', '<2', '!=2.0', '==2.*', '<=1.0', '>2'))
      .map(([name, specifier]) => name + specifier);
    fc.assert(
      fc.property(smallCase, bound, (request, text) => {
        const plain = count({ ...request, policy: STRICT });
        const constraints = [...request.constraints, ...requirements(text)];
        const narrower = count({ ...request, policy: STRICT, constraints });
        expect(narrower).toBeLessThanOrEqual(plain);
        shrunk += narrower < plain ? 1 : 0;
      }),
      { numRuns: 600 },
    );
    expect(shrunk).toBeGreaterThan(60);
  });

  it('is the same for every order of the lines of its snapshot, and so are its streams', () => {
    fc.assert(
      fc.property(smallCase, fc.string({ maxLength: 4 }), (request: SmallCase, seed) => {
        const shuffled = lookupOf(seededRandom(seed).shuffled(request.releases), NAMES);
        const [plain, other] = [compiledCase(request), compiledCase({ ...request, lookup: shuffled })];
        expect(other.diagram).toEqual(plain.diagram);
        for (const name of ['uniform', 'random-walk', 'weighted']) {
          const lines = linesOf(streamOf(plain.space, name, { seed }), 12);
          expect(linesOf(streamOf(other.space, name, { seed }), 12)).toEqual(lines);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each(['uniform', 'all'])('gives byte for byte one run of %s from shards and resumed pieces', (name) => {
    let given = 0;
    fc.assert(
      fc.property(
        smallCase,
        fc.string({ maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (request, seed, shards) => {
          const space = openStateSpace(request);
          const at = (position: number): StackStream =>
            streamOf(space, name, { seed, cursor: { position: String(position) } });
          const whole = linesOf(streamOf(space, name, { seed }), 40);
          given += whole.length;
          // Every k-th position belongs to one shard.
          const sharded = whole.map(() => '');
          for (let shard = 0; shard < shards; shard++) {
            for (let position = shard; position < whole.length; position += shards) {
              sharded[position] = JSON.stringify(at(position).next());
            }
          }
          expect(sharded).toEqual(whole);
          // Each piece goes on from the cursor of the one before, as a job row keeps it.
          const resumed: string[] = [];
          let cursor: JsonValue | undefined;
          for (let size = 1; resumed.length < whole.length; size++) {
            const piece = streamOf(space, name, { seed, ...(cursor === undefined ? {} : { cursor }) });
            for (let index = 0; index < size && resumed.length < whole.length; index++) {
              resumed.push(JSON.stringify(piece.next()));
            }
            cursor = JSON.parse(JSON.stringify(piece.cursor)) as JsonValue;
          }
          expect(resumed).toEqual(whole);
        },
      ),
      { numRuns: 250 },
    );
    expect(given).toBeGreaterThan(500);
  });

  it('gives byte for byte one run of walks from resumed pieces, and ends where no stack is left', () => {
    let given = 0;
    fc.assert(
      fc.property(smallCase, fc.string({ maxLength: 4 }), (request, seed) => {
        const space = openStateSpace(request);
        const walked = (cursor?: JsonValue): StackStream =>
          strategyNamed('uniform').open(space, { seed, cursor, diagram: { reason: 'nodes', nodes: 0 } });
        fc.pre(!givesUp(() => walked().next()));
        const whole = linesOf(walked(), 25);
        given += whole.length;
        const resumed: string[] = [];
        let cursor: JsonValue | undefined;
        for (let size = 1; resumed.length < whole.length; size *= 3) {
          const piece = walked(cursor);
          for (let index = 0; index < size && resumed.length < whole.length; index++) {
            resumed.push(JSON.stringify(piece.next()));
          }
          cursor = JSON.parse(JSON.stringify(piece.cursor)) as JsonValue;
        }
        expect(resumed).toEqual(whole);
        expect(whole.length === 25 || walked(cursor).next() === null).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(given).toBeGreaterThan(80);
  });
});

/** Whether walks come to nothing but dead ends. */
function givesUp(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    return error instanceof TroopError && error.code === 'TROOP-1907';
  }
}
