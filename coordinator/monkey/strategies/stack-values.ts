// From a stack that some stream of a space gave back to its chosen values, at once: a mix reads every stack that it gives.
import type { Stack, StackPackage } from '../../../shared/stack/stack.ts';
import type { StateSpace } from '../space/state-space.ts';

interface Place {
  readonly packageIndex: number;
  readonly value: number;
}

export class StackValues {
  readonly #packageCount: number;
  readonly #places = new Map<string, Place>();

  constructor({ model, candidates }: StateSpace) {
    this.#packageCount = model.packages.length;
    model.packages.forEach(({ extra }, packageIndex) => {
      if (extra !== null) return;
      candidates[packageIndex]?.forEach(({ name, version, index, variant }, value) => {
        this.#places.set(keyOf({ name, version: version.text, index, variant }), { packageIndex, value });
      });
    });
  }

  /** By package of the space's model the chosen value, -1 for packages outside; -1 for virtual ones too. */
  of({ packages }: Stack): Int32Array {
    const values = new Int32Array(this.#packageCount).fill(-1);
    for (const item of packages) {
      const place = this.#places.get(keyOf(item));
      if (place !== undefined) values[place.packageIndex] = place.value;
    }
    return values;
  }
}

type Build = Pick<StackPackage, 'name' | 'version' | 'index'> & { readonly variant?: string | null };

function keyOf({ name, version, index, variant }: Build): string {
  return `${name} ${version} ${index} ${variant ?? ''}`;
}
