// Streams that give every stack of a space from one end of the versions to the other: what `latest` and `lowest` share.
import { BestFirstSearch, type Preference } from '../search/best-first.ts';
import { stackOf } from '../stack-of.ts';
import { readEmitted } from './emitted-cursor.ts';
import type { Strategy } from './strategy.ts';

export function orderedStrategy(name: string, description: string, preference: Preference): Strategy {
  return {
    name,
    description,
    open: (space, { cursor }) => {
      const search = new BestFirstSearch(space, preference);
      let emitted = 0;
      for (const skip = readEmitted(name, cursor); emitted < skip; emitted++) {
        search.next();
      }
      return {
        next: () => {
          const values = search.next();
          if (values === null) {
            return null;
          }
          emitted += 1;
          return stackOf(space, values);
        },
        get cursor() {
          return { emitted };
        },
      };
    },
  };
}
