// The streams of a campaign: its candidates by its strategy and seed, and the order in which stacks may serve as its
// baseline: newest first, or the one that was given.
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { CampaignDefinition } from '../campaign/definition.ts';
import type { JsonValue, LockedStackStream, OpenStream, StreamRequest } from '../campaign/stack-stream.ts';
import { rulesForLanes } from '../monkey/rules/lane-rules.ts';
import { readRule } from '../monkey/rules/read-rules.ts';
import type { SampledFrom } from '../monkey/strategies/sampled-from.ts';
import type { SamplingEngine } from './engine.ts';
import type { SpaceRequest } from './space-request.ts';
import type { DrawRequest } from './streams.ts';

export function campaignStreams(engine: SamplingEngine): OpenStream {
  return async (request) => {
    const draw = drawRequest(request);
    await engine.check(draw);
    return streamOf(engine, draw);
  };
}

function streamOf(engine: SamplingEngine, request: DrawRequest): LockedStackStream {
  let { cursor } = request;
  let finding: JsonValue = null;
  let origin: SampledFrom | null = null;
  return {
    next: async (): Promise<LockedStack | null> => {
      const drawn = await engine.draw({ ...request, cursor }, 1);
      ({ cursor } = drawn);
      origin = drawn.origins[0] ?? null;
      ({ finding } = drawn);
      return drawn.stacks[0] ?? null;
    },
    get cursor() {
      return cursor;
    },
    get finding() {
      return finding;
    },
    get sampledFrom() {
      return origin;
    },
    unmatchedNames: async () => (await engine.ask('unmatched', { space: request.space })).names,
  };
}

function drawRequest({
  definition,
  knowledgeSnapshotId,
  environment,
  purpose,
  cursor,
  learned,
}: StreamRequest): DrawRequest {
  const isBaseline = purpose === 'baselines';
  const { seed, count, ...sampling } = definition.sampling;
  const { allowSdists, excludeNewer } = definition;
  return {
    space: {
      snapshotId: knowledgeSnapshotId,
      requirements: isBaseline
        ? [...definition.requirements, ...pinsOf(definition)]
        : definition.requirements,
      constraints: definition.constraints,
      environment: canonicalEnvironment(environment),
      indexes: definition.indexes.map(({ name }) => name),
      ...(definition.hashes === undefined ? {} : { hashes: definition.hashes }),
      policy: { allowSdists, excludeNewer, ...definition.policy },
      ...(definition.alternatives === undefined ? {} : { alternatives: definition.alternatives }),
      ...(isBaseline ? baselineSpace(definition) : candidateSpace(definition)),
    },
    sampling: isBaseline ? { strategy: 'latest' } : sampling,
    ...(isBaseline || typeof definition.baseline === 'string' ? {} : { baseline: pinsOf(definition) }),
    seed,
    planned: count,
    cursor,
    ...(learned === undefined ? {} : { learned }),
  };
}

/** A stack that was given as the baseline is found in the space by its pins, so that its files are known. */
function pinsOf({ baseline }: CampaignDefinition): readonly string[] {
  if (typeof baseline === 'string') return [];
  return baseline.stack.packages.map(({ name, version }) => `${name}==${version}`);
}

type SpaceParts = Pick<SpaceRequest, 'rules' | 'reference'> & Partial<Pick<SpaceRequest, 'policy'>>;

function candidateSpace({ rules, lanes, baseline }: CampaignDefinition): SpaceParts {
  if (rules === undefined) return {};
  return {
    rules: rulesForLanes(rules, lanes),
    ...(typeof baseline === 'string' ? {} : { reference: baseline.stack.packages }),
  };
}

/**
 * The newest stacks keep the rules too, but for those that hold to the baseline itself. A stack that was given need not: it is
 * pinned, to its builds as well, local ones among them, which `==` does not tell apart.
 */
function baselineSpace({
  rules = [],
  lanes,
  baseline,
  indexes,
  ...definition
}: CampaignDefinition): SpaceParts {
  if (typeof baseline === 'string') {
    const kept = rulesForLanes(rules, lanes).filter((rule) => readRule(rule).effect.holds === undefined);
    return kept.length === 0 ? {} : { rules: kept };
  }
  const known = new Set(indexes.map(({ name }) => name));
  const { packages } = baseline.stack;
  const { allowSdists, excludeNewer, policy } = definition;
  return {
    policy: { allowSdists, excludeNewer, ...policy, variants: 'all' },
    rules: packages.map(({ name, version, index, variant }) => ({
      keep: {
        project: name,
        version,
        variant: variant ?? null,
        ...(known.has(index) ? { index } : {}),
      },
    })),
  };
}
