// The streams of a campaign: its candidates by its strategy and seed, and the order in which stacks may serve as its
// baseline: newest first, or the one that was given.
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { CampaignDefinition } from '../campaign/definition.ts';
import type { LockedStackStream, OpenStream, StreamRequest } from '../campaign/stack-stream.ts';
import type { SamplingEngine } from './engine.ts';
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
  return {
    next: async (): Promise<LockedStack | null> => {
      const drawn = await engine.draw({ ...request, cursor }, 1);
      ({ cursor } = drawn);
      return drawn.stacks[0] ?? null;
    },
    get cursor() {
      return cursor;
    },
  };
}

function drawRequest({
  definition,
  knowledgeSnapshotId,
  environment,
  purpose,
  cursor,
}: StreamRequest): DrawRequest {
  const isBaseline = purpose === 'baselines';
  return {
    space: {
      snapshotId: knowledgeSnapshotId,
      requirements: isBaseline
        ? [...definition.requirements, ...pinsOf(definition)]
        : definition.requirements,
      constraints: definition.constraints,
      environment: canonicalEnvironment(environment),
      indexes: definition.indexes.map(({ name }) => name),
      policy: {
        allowSdists: definition.allowSdists,
        excludeNewer: definition.excludeNewer,
        ...(definition.prereleases === undefined ? {} : { prereleases: definition.prereleases }),
      },
      ...(definition.hashes === undefined ? {} : { hashes: definition.hashes }),
    },
    strategy: isBaseline ? 'latest' : definition.sampling.strategy,
    seed: definition.sampling.seed,
    planned: definition.sampling.count,
    cursor,
  };
}

/** A stack that was given as the baseline is found in the space by its pins, so that its files are known. */
function pinsOf({ baseline }: CampaignDefinition): readonly string[] {
  if (typeof baseline === 'string') return [];
  return baseline.stack.packages.map(({ name, version }) => `${name}==${version}`);
}
