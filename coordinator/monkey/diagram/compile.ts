// Compiles a state space into a decision diagram, from the roots downwards. A state is what the choices so far leave open:
// the required packages that are not decided, each with what is allowed of it, and those decided packages that an open one
// may still ask for (in a dependency cycle). Equal states are compiled once, and a state falls into parts that can meet in no
// package. What is derived from the roots alone is in a stack, so nothing superfluous is ever counted.
import { at } from '../space/at.ts';
import { classModel } from '../space/class-model.ts';
import type { Model } from '../space/model.ts';
import type { StateSpace } from '../space/state-space.ts';
import { DiagramBuilder, type EdgeDraft } from './diagram-builder.ts';
import type { Diagram } from './diagram.ts';
import { SequenceTable } from './sequence-table.ts';
import { StateScratch, type PartGroup } from './state-scratch.ts';

export interface CompileBudget {
  /** Nodes at most; 120,000 when absent. */
  readonly maxNodes?: number | undefined;
  /** Asked now and then; true ends the attempt. */
  readonly isOutOfTime?: (() => boolean) | undefined;
}

export interface CompileFailure {
  readonly reason: 'nodes' | 'steps' | 'time';
  readonly nodes: number;
}

/** A part of a state that has no stack. */
const IMPOSSIBLE = -1;
/** Choices that are tried at most: bounds the time where much is tried and little is kept, alike on every machine. */
const MAX_STEPS = 10_000_000;
const STEPS_BETWEEN_CHECKS = 256;
const MAX_SIZE = 12_000_000;

/** The diagram, or why it was given up. A space without stacks has a diagram that counts 0. */
export function compileSpace(space: StateSpace, budget: CompileBudget = {}): Diagram | CompileFailure {
  const { model, members } = classModel(space.model);
  const compiler = new Compiler(model, members, budget);
  try {
    return compiler.compile(space.conflict !== null);
  } catch (error) {
    if (error instanceof BudgetExceeded) {
      return { reason: error.reason, nodes: compiler.nodes };
    }
    throw error;
  }
}

class BudgetExceeded extends Error {
  readonly reason: CompileFailure['reason'];

  constructor(reason: CompileFailure['reason']) {
    super(reason);
    this.reason = reason;
  }
}

class Compiler {
  readonly #model: Model;
  readonly #members: readonly (readonly (readonly number[])[])[];
  readonly #budget: CompileBudget;
  readonly #builder = new DiagramBuilder();
  readonly #scratch: StateScratch;
  /** States, and by state its parts: nodes, or null when one of them is impossible. */
  readonly #states = new SequenceTable();
  readonly #partsOfState: (Int32Array | null)[] = [];
  /** Parts, and by part its node or IMPOSSIBLE. */
  readonly #parts = new SequenceTable();
  readonly #nodeOfPart: number[] = [];
  /** Lists of children, so that candidates with the same rest share an edge. */
  readonly #childLists = new SequenceTable();
  #steps = 0;

  constructor(model: Model, members: readonly (readonly (readonly number[])[])[], budget: CompileBudget) {
    this.#model = model;
    this.#members = members;
    this.#budget = budget;
    this.#scratch = new StateScratch(model);
  }

  get nodes(): number {
    return this.#builder.nodeCount;
  }

  compile(isEmpty: boolean): Diagram {
    const isOpen = !isEmpty && this.#model.roots.every((root) => this.#scratch.impose(root));
    const parts = isOpen ? this.#compileState() : null;
    // Without any part the product would be one stack; an impossible space has a node without edges instead.
    const roots = parts ?? Int32Array.of(this.#builder.addNode(0, []));
    return this.#builder.build(this.#representatives(), roots);
  }

  #representatives(): readonly (Int32Array | null)[] {
    return this.#model.packages.map((item, index) => {
      if (item.extra === null) {
        return null;
      }
      const classes = at(this.#members, index);
      const standsFor = new Int32Array(Math.max(0, ...classes.flat().map((value) => value + 1)));
      classes.forEach((members) => members.forEach((member) => (standsFor[member] = at(members, 0))));
      return standsFor;
    });
  }

  /** The nodes of the parts of the state in the scratch, which it may overwrite; null when the state has no stack. */
  #compileState(): Int32Array | null {
    const length = this.#scratch.writeState();
    const before = this.#states.size;
    const id = this.#states.intern(this.#scratch.key, length);
    if (id < before) {
      return this.#partsOfState[id] ?? null;
    }
    // Filled in below; nothing asks for it before, since every choice leaves less open.
    this.#partsOfState.push(null);
    const state = this.#states.get(id).slice();
    const groups = this.#scratch.split();
    const nodes = new Int32Array(groups.length);
    for (const [index, group] of groups.entries()) {
      this.#scratch.load(state);
      const node = this.#compilePart(group);
      if (node === IMPOSSIBLE) {
        return null;
      }
      nodes[index] = node;
    }
    this.#partsOfState[id] = nodes;
    return nodes;
  }

  #compilePart(group: PartGroup): number {
    const length = this.#scratch.writePart(group);
    const before = this.#parts.size;
    const id = this.#parts.intern(this.#scratch.key, length);
    if (id < before) {
      return at(this.#nodeOfPart, id);
    }
    this.#nodeOfPart.push(IMPOSSIBLE);
    const node = this.#decide(this.#parts.get(id).slice(), at(group.places, 0));
    this.#nodeOfPart[id] = node;
    return node;
  }

  /** Tries every class of the first open package. */
  #decide(part: Int32Array, place: number): number {
    const scratch = this.#scratch;
    const packageIndex = scratch.packageAt(place);
    const item = at(this.#model.packages, packageIndex);
    const edges = new Map<number, EdgeDraft>();
    scratch.load(part);
    for (const value of scratch.openValues(place)) {
      this.#checkBudget();
      scratch.load(part);
      const isPossible = scratch.decide(place, value, at(item.needs, value));
      const children = isPossible ? this.#compileState() : null;
      if (children !== null) {
        const members = at(at(this.#members, packageIndex), value);
        const list = this.#childLists.intern(children, children.length);
        const edge = edges.get(list) ?? { children, candidates: [] };
        edges.set(list, edge);
        edge.candidates.push(...(item.extra === null ? members : members.slice(0, 1)));
      }
    }
    return edges.size === 0 ? IMPOSSIBLE : this.#builder.addNode(packageIndex, [...edges.values()]);
  }

  #checkBudget(): void {
    this.#steps += 1;
    if (this.#builder.nodeCount >= (this.#budget.maxNodes ?? 120_000) || this.#builder.size > MAX_SIZE) {
      throw new BudgetExceeded('nodes');
    }
    if (this.#steps > MAX_STEPS) {
      throw new BudgetExceeded('steps');
    }
    if (this.#steps % STEPS_BETWEEN_CHECKS === 0 && this.#budget.isOutOfTime?.() === true) {
      throw new BudgetExceeded('time');
    }
  }
}
