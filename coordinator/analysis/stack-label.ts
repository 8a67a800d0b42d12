// A short name for a stack among others: the versions by which they differ, the packages that were asked for first.

export interface LabelledStack {
  readonly stackId: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly index: string;
    readonly variant?: string;
  }[];
}

const MAXIMUM_PARTS = 4;

/** Stack id → label such as `numpy 2.1.3, scipy 1.14.1`. Stacks that differ in nothing shown get their id behind it. */
export function labelStacks(
  stacks: readonly LabelledStack[],
  roots: readonly string[],
): ReadonlyMap<string, string> {
  const differing = differingPackages(stacks);
  const order = [
    ...roots.filter((name) => differing.has(name)),
    ...[...differing].filter((name) => !roots.includes(name)).toSorted(),
  ];
  const shown = order.length > 0 ? order : roots;
  const indexes = new Set(stacks.flatMap(({ packages }) => packages.map((one) => one.index)));
  const labels = new Map(
    stacks.map((stack) => [stack.stackId, labelOf(stack, { names: shown, namesIndex: indexes.size > 1 })]),
  );
  const counts = new Map<string, number>();
  for (const label of labels.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map(
    [...labels].map(([stackId, label]) => [
      stackId,
      (counts.get(label) ?? 0) > 1 ? `${label} [${shortId(stackId)}]` : label,
    ]),
  );
}

/** The first digits of a stack id, enough to tell a few thousand apart. */
export const shortId = (stackId: string): string => stackId.replace(/^sha256:/, '').slice(0, 10);

function differingPackages(stacks: readonly LabelledStack[]): ReadonlySet<string> {
  const versions = new Map<string, Set<string>>();
  for (const { packages } of stacks) {
    for (const { name, version, index, variant = '' } of packages) {
      const known = versions.get(name) ?? new Set();
      known.add(`${version} ${index} ${variant}`);
      versions.set(name, known);
    }
  }
  const inAll = (name: string): boolean =>
    stacks.every(({ packages }) => packages.some((one) => one.name === name));
  return new Set(
    [...versions].filter(([name, known]) => known.size > 1 || !inAll(name)).map(([name]) => name),
  );
}

function labelOf(
  { packages }: LabelledStack,
  { names, namesIndex }: { names: readonly string[]; namesIndex: boolean },
): string {
  const parts = names.flatMap((name) => {
    const found = packages.find((one) => one.name === name);
    if (found === undefined) return [];
    const build = found.variant === undefined ? '' : ` ${found.variant}`;
    return [`${name} ${found.version}${build}${namesIndex ? ` (${found.index})` : ''}`];
  });
  const rest = parts.length - MAXIMUM_PARTS;
  return rest > 0 ? `${parts.slice(0, MAXIMUM_PARTS).join(', ')} and ${rest} more` : parts.join(', ');
}
