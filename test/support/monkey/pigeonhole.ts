// Projects that no search decides quickly: each must differ from every other, and there are fewer versions than projects.
// Whoever learns from conflicts needs more of them with each project more, since every proof by resolution is long (Haken 1985,
// https://doi.org/10.1016/0304-3975(85)90144-6).
import type { Release } from '../../../shared/stack/release.ts';
import { release } from './knowledge.ts';

/** As many projects `<prefix>0`, `<prefix>1`, … with as many versions each, no two of which may be alike in a stack. */
export function pigeonhole(prefix: string, projects: number, versions: number): readonly Release[] {
  const names = Array.from({ length: projects }, (_, index) => `${prefix}${index}`);
  return names.flatMap((name) =>
    Array.from({ length: versions }, (_, index) =>
      release(
        name,
        String(index + 1),
        names.filter((other) => other !== name).map((other) => `${other}!=${index + 1}`),
      ),
    ),
  );
}
