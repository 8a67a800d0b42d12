// Which of the things that are hard about dependencies a space has, after everything that is in no stack was left out: so that
// a test over random spaces can say that it has met them.
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';

export type Feature =
  'cycles' | 'extras' | 'markers' | 'optional packages' | 'several indexes' | 'variants' | 'selectors';

export function featuresOf({ model, candidates, isRequired }: StateSpace): readonly Feature[] {
  const all = candidates.flat();
  const has: Readonly<Record<Feature, boolean>> = {
    cycles: hasCycle(model),
    extras: model.packages.some(({ extra }) => extra !== null && extra !== ''),
    markers: all.some(({ lines }) => lines.some((line) => line.includes(';'))),
    'optional packages': model.packages.some(({ extra }, index) => extra === null && !isRequired[index]),
    'several indexes': new Set(all.map(({ index }) => index)).size > 1,
    variants: all.some(({ variant }) => variant !== null),
    selectors: model.packages.some(({ extra }) => extra === ''),
  };
  return (Object.keys(has) as Feature[]).filter((feature) => has[feature]);
}

/** Whether a project may ask for another one that may ask for it in turn. */
function hasCycle({ packages, requirements }: StateSpace['model']): boolean {
  const targets = packages.map(() => new Set<number>());
  for (const { base, extra, needs } of packages) {
    for (const requirement of extra === '' ? [] : needs.flat()) {
      const target = packages[requirements[requirement]?.target ?? -1];
      if (target !== undefined && target.extra !== '' && target.base !== base) {
        targets[base]?.add(target.base);
      }
    }
  }
  const reaches = (from: number, to: number, seen: Set<number>): boolean =>
    [...(targets[from] ?? [])].some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return packages.some((_, index) => reaches(index, index, new Set()));
}
