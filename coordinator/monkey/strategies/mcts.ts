// Monte Carlo tree search on the diagram: a node of the diagram is a decision about one package, its minor lines are the arms,
// and UCB1 chooses among them. What a line did elsewhere in the tree counts too, less and less (rapid action value estimation,
// https://doi.org/10.1016/j.artint.2011.03.007). Within a line, chance decides by numbers of stacks. Every node on a stack's
// path shares its result.
// Parameters: `exploration`, the weight of what was visited little; `warmUp`, uniform draws that are measured before.
import type { Random } from '../../../shared/runtime/random.ts';
import { stacksPerCandidate, type Diagram } from '../diagram/diagram.ts';
import { ratio } from '../diagram/ratio.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { minorLine } from './minor-line.ts';
import { numberParameter } from './parameters.ts';
import { ResponseSums } from './responses.ts';

// Part of the stream: changing it changes what an old seed gives.
const TRIES = 32;
/** Results at a node that weigh as much as those of its line elsewhere. */
const ELSEWHERE = 5;

export const mcts = learningStrategy({
  name: 'mcts',
  description: 'searches the tree of decisions, the promising and the little known branches first',
  parameters: {
    exploration: { kind: 'number', minimum: 0, maximum: 100 },
    warmUp: { kind: 'integer', minimum: 1, maximum: 10_000 },
  },
  // Every try counts as a visit, also one in vain.
  isDrawnAgain: true,
  makeLearner: (context) => new TreeSearch(context),
});

/** One candidate of a node. */
interface Leaf {
  readonly edge: number;
  readonly value: number;
  /** Its share of the stacks of its arm and of those before it there. */
  readonly shareUpTo: number;
}

interface Tally {
  results: number;
  sum: number;
}

interface Arm extends Tally {
  /** Of the same line at any node. */
  readonly anywhere: Tally;
  readonly leaves: readonly Leaf[];
  visits: number;
}

interface TreeNode {
  readonly arms: readonly Arm[];
  visits: number;
}

class TreeSearch implements Learner {
  readonly #context: LearnerContext;
  readonly #nodes = new Map<number, TreeNode>();
  readonly #tallies = new Map<string, Tally>();
  readonly #tallyOf = (key: string): Tally => {
    const tally = this.#tallies.get(key) ?? { results: 0, sum: 0 };
    this.#tallies.set(key, tally);
    return tally;
  };
  readonly #exploration: number;
  readonly #warmUp: number;
  readonly #responses = new ResponseSums();
  #spread = 0;
  #middle = 0;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#exploration = numberParameter(parameters, 'exploration', 0.3);
    this.#warmUp = numberParameter(parameters, 'warmUp', 10);
  }

  observe(observations: readonly Observation[]): void {
    for (const observation of observations) this.#responses.add(observation);
    const { worst, mean, squareAroundMean, count } = this.#responses;
    this.#middle = mean;
    this.#spread = Math.sqrt(Math.max(0, squareAroundMean) / count);
    for (const { values, logRatio } of observations) {
      for (const arm of this.#armsOf(values)) {
        for (const tally of [arm, arm.anywhere]) {
          tally.results += 1;
          tally.sum += logRatio ?? worst;
        }
      }
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const { given } = this.#context;
    for (let attempt = 0; this.#responses.count >= this.#warmUp && attempt < TRIES; attempt++) {
      this.#descend(values, random);
      if (!given.has(values)) {
        this.#visit(values);
        return true;
      }
      // As often as it is chosen in vain, it becomes less attractive.
      this.#visit(values);
    }
    return given.drawFromRest(values);
  }

  #descend(values: Int32Array, random: Random): void {
    const { diagram } = this.#context;
    values.fill(-1);
    const pending = [...diagram.roots];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const { edge, value } = leafOf(this.#armAt(this.#node(node), random), random);
      values[diagram.nodePackages[node] as number] = value;
      pending.push(...diagram.children.subarray(diagram.firstChild[edge], diagram.firstChild[edge + 1]));
    }
  }

  /** UCB1 for least cost; what has no result anywhere counts as average. */
  #armAt({ arms, visits }: TreeNode, random: Random): Arm {
    let best: { readonly arm: Arm; readonly score: number } | null = null;
    for (const arm of arms) {
      const elsewhere = (arm.anywhere.sum + this.#middle) / (arm.anywhere.results + 1);
      const expected = (arm.sum + ELSEWHERE * elsewhere) / (arm.results + ELSEWHERE);
      const bonus = Math.sqrt(Math.log(visits + 2) / (arm.visits + 1));
      const score = expected - this.#exploration * this.#spread * bonus + 1e-9 * random.nextFloat();
      if (best === null || score < best.score) {
        best = { arm, score };
      }
    }
    return best?.arm ?? at(arms, 0);
  }

  #visit(values: Int32Array): void {
    for (const [node, arm] of this.#path(values)) {
      node.visits += 1;
      arm.visits += 1;
    }
  }

  #armsOf(values: Int32Array): readonly Arm[] {
    return this.#path(values).map(([, arm]) => arm);
  }

  #path(values: Int32Array): readonly (readonly [TreeNode, Arm])[] {
    const { diagram } = this.#context;
    const path: (readonly [TreeNode, Arm])[] = [];
    const pending = [...diagram.roots];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const node = this.#node(index);
      const wanted = values[diagram.nodePackages[index] as number] as number;
      for (const arm of node.arms) {
        const leaf = arm.leaves.find(({ value }) => value === wanted);
        if (leaf !== undefined) {
          const { edge } = leaf;
          path.push([node, arm]);
          pending.push(...diagram.children.subarray(diagram.firstChild[edge], diagram.firstChild[edge + 1]));
          break;
        }
      }
    }
    return path;
  }

  #node(index: number): TreeNode {
    const known = this.#nodes.get(index);
    if (known !== undefined) {
      return known;
    }
    const node = {
      arms: armsAt(this.#context.space, this.#context.diagram, index, this.#tallyOf),
      visits: 0,
    };
    this.#nodes.set(index, node);
    return node;
  }
}

/** The minor lines of a node's package, those with the most stacks first. */
function armsAt(
  space: StateSpace,
  diagram: Diagram,
  node: number,
  tallyOf: (key: string) => Tally,
): readonly Arm[] {
  const packageIndex = diagram.nodePackages[node] as number;
  const isVirtual = diagram.representatives[packageIndex] !== null;
  const candidates = at(space.candidates, packageIndex);
  const byLine = new Map<
    string,
    { readonly edge: number; readonly value: number; readonly stacks: bigint }[]
  >();
  for (let edge = diagram.firstEdge[node] as number; edge < (diagram.firstEdge[node + 1] as number); edge++) {
    const stacks = stacksPerCandidate(diagram, edge);
    const values = diagram.candidates.subarray(
      diagram.firstCandidate[edge],
      diagram.firstCandidate[edge + 1],
    );
    for (const value of values) {
      const line = isVirtual ? '' : minorLine(at(candidates, value).version);
      byLine.set(line, [...(byLine.get(line) ?? []), { edge, value, stacks }]);
    }
  }
  return [...byLine]
    .map(([line, leaves]) => ({ line, leaves, total: leaves.reduce((sum, { stacks }) => sum + stacks, 0n) }))
    .toSorted((a, b) => Number(b.total > a.total) - Number(a.total > b.total))
    .map(({ line, leaves, total }) => {
      let before = 0n;
      return {
        leaves: leaves.map(({ edge, value, stacks }) => {
          before += stacks;
          return { edge, value, shareUpTo: ratio(before, total) };
        }),
        anywhere: tallyOf(`${packageIndex} ${line}`),
        visits: 0,
        results: 0,
        sum: 0,
      };
    });
}

function leafOf({ leaves }: Arm, random: Random): Leaf {
  const wanted = random.nextFloat();
  return leaves.find(({ shareUpTo }) => wanted < shareUpTo) ?? at(leaves, leaves.length - 1);
}
