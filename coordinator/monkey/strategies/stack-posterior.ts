// What is believed of the effects of versions: exact while results are few, and in bounded memory and time once they are many.
// The change comes after a fixed number of results, so it is the same in every replay.
import type { Random } from '../../../shared/runtime/random.ts';
import type { Observation } from './learning-stream.ts';
import { PosteriorByEffects } from './posterior-by-effects.ts';
import { PosteriorByResults } from './posterior-by-results.ts';
import type { Effects, Posterior } from './posterior.ts';
import type { VersionEffects } from './version-effects.ts';

// Part of the stream: changing it changes what an old seed gives.
const FEW_RESULTS = 512;

export class StackPosterior implements Posterior {
  readonly #effects: readonly VersionEffects[];
  #belief: PosteriorByResults | PosteriorByEffects;

  constructor(effects: readonly VersionEffects[]) {
    this.#effects = effects;
    this.#belief = new PosteriorByResults(effects);
  }

  get count(): number {
    return this.#belief.count;
  }

  observe(observations: readonly Observation[]): void {
    const few = this.#belief;
    if (few instanceof PosteriorByResults && few.count + observations.length > FEW_RESULTS) {
      this.#belief = new PosteriorByEffects(this.#effects);
      this.#belief.observe([...few.observations, ...observations]);
    } else {
      few.observe(observations);
    }
  }

  draw(random: Random): Effects {
    return this.#belief.draw(random);
  }

  expectation(): Effects {
    return this.#belief.expectation();
  }
}
