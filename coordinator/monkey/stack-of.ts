// From chosen values back to a stack with names, versions and indexes.
import { byCodeUnits, canonicalJson } from '../../shared/stack/canonical-json.ts';
import {
  indexesText,
  packageText,
  stackIdOfTexts,
  type Stack,
  type StackPackage,
} from '../../shared/stack/stack.ts';
import { at } from './space/at.ts';
import { isSelector, type Model } from './space/model.ts';
import type { StateSpace } from './space/state-space.ts';

const NONE: readonly string[] = [];

/** Packages with extras that are kept at most: of one with many extras there are more than anyone draws. A matter of memory alone. */
const MAX_KEPT_WITH_EXTRAS = 2 ** 14;

type StackSpace = Pick<StateSpace, 'model' | 'candidates' | 'environment' | 'indexFingerprints'>;

/** A package as one stack after the other has it. */
interface Part {
  readonly item: StackPackage;
  /** What it adds to the id of a stack. */
  readonly text: string;
}

/** Makes the stacks of a space. They share what is the same in them: a stream makes thousands a second. */
export class StackMaker {
  readonly #space: StackSpace;
  readonly #environmentText: string;
  readonly #virtuals: readonly (readonly number[])[];
  /** By package, by value: without extras. */
  readonly #parts: readonly (Part | undefined)[][];
  /** By package, value and extras. */
  readonly #partsWithExtras = new Map<string, Part>();
  /** By names of indexes: what they add to the id of a stack. */
  readonly #indexTexts = new Map<string, string>();

  constructor(space: StackSpace) {
    this.#space = space;
    this.#environmentText = canonicalJson(space.environment);
    this.#virtuals = virtualsOf(space.model);
    this.#parts = space.model.packages.map(({ size }) => Array.from({ length: size }, () => undefined));
  }

  /** @param values by package of the space's model the chosen value, -1 for packages outside the stack */
  stack(values: Int32Array): Stack {
    const parts = this.#partsOf(values);
    const id = stackIdOfTexts({
      environment: this.#environmentText,
      indexes: this.#indexText(parts),
      packages: parts.map(({ text }) => text),
    });
    return { stack_id: id, environment: this.#space.environment, packages: parts.map(({ item }) => item) };
  }

  /** Its packages alone, sorted by name. */
  packages(values: Int32Array): readonly StackPackage[] {
    return this.#partsOf(values).map(({ item }) => item);
  }

  #partsOf(values: Int32Array): readonly Part[] {
    const { model } = this.#space;
    const parts: Part[] = [];
    let isSorted = true;
    for (let index = 0; index < model.packages.length; index++) {
      const value = values[index] as number;
      if (value !== -1 && at(model.packages, index).extra === null) {
        const part = this.#part(index, value, values);
        const before = parts.at(-1);
        isSorted &&= before === undefined || before.item.name < part.item.name;
        parts.push(part);
      }
    }
    // Where another project stands for one, its name is out of order.
    if (!isSorted) {
      parts.sort((a, b) => byCodeUnits(a.item.name, b.item.name));
    }
    return parts;
  }

  #part(packageIndex: number, value: number, values: Int32Array): Part {
    const wanted = wantedExtras(this.#space.model, at(this.#virtuals, packageIndex), values);
    if (wanted.length > 0) {
      const key = `${packageIndex} ${value} ${wanted.join(' ')}`;
      const known = this.#partsWithExtras.get(key);
      return known ?? this.#keptWithExtras(key, this.#newPart(packageIndex, value, wanted));
    }
    const own = this.#parts[packageIndex] as (Part | undefined)[];
    return (own[value] ??= this.#newPart(packageIndex, value, wanted));
  }

  #keptWithExtras(key: string, part: Part): Part {
    if (this.#partsWithExtras.size >= MAX_KEPT_WITH_EXTRAS) this.#partsWithExtras.clear();
    this.#partsWithExtras.set(key, part);
    return part;
  }

  #newPart(packageIndex: number, value: number, extras: readonly string[]): Part {
    const item = stackPackage(this.#space.candidates, packageIndex, value, extras);
    return { item, text: packageText(item) };
  }

  #indexText(parts: readonly Part[]): string {
    const used: string[] = [];
    for (const { item } of parts) {
      if (!used.includes(item.index)) used.push(item.index);
    }
    const key = JSON.stringify(used.toSorted(byCodeUnits));
    const known = this.#indexTexts.get(key) ?? indexesText(used, this.#space.indexFingerprints);
    this.#indexTexts.set(key, known);
    return known;
  }
}

/** One stack; who makes many keeps a `StackMaker`. */
export function stackOf(space: StackSpace, values: Int32Array): Stack {
  return new StackMaker(space).stack(values);
}

/** By package: its virtual packages, in the order of their extras. */
function virtualsOf({ packages }: Model): readonly (readonly number[])[] {
  const virtuals = packages.map((): number[] => []);
  packages.forEach((item, index) => {
    if (item.extra !== null && !isSelector(item)) at(virtuals, item.base).push(index);
  });
  const extraOf = (index: number): string => at(packages, index).extra ?? '';
  return virtuals.map((own) => own.toSorted((a, b) => byCodeUnits(extraOf(a), extraOf(b))));
}

function wantedExtras(
  { packages }: Model,
  virtuals: readonly number[],
  values: Int32Array,
): readonly string[] {
  if (virtuals.length === 0) return NONE;
  return virtuals.flatMap((virtual) => (values[virtual] === -1 ? [] : (at(packages, virtual).extra ?? [])));
}

/** Names and versions are normalised already: doing that again would cost more than drawing the stack. */
function stackPackage(
  candidates: StateSpace['candidates'],
  packageIndex: number,
  value: number,
  extras: readonly string[],
): StackPackage {
  const { name, version, index, variant } = at(at(candidates, packageIndex), value);
  return Object.freeze({
    name,
    version: version.text,
    index,
    ...(extras.length === 0 ? {} : { extras: Object.freeze(extras) }),
    ...(variant === null ? {} : { variant }),
  });
}
