// `troop stack sample|check` on the coordinator's knowledge. All work is done in the sampling thread.
import { canonicalEnvironment, type TargetEnvironment } from '../../shared/stack/environment.ts';
import type { CheckRequest, SampleRequest, StackUseCases } from '../api/stacks.ts';
import type { KnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import type { SamplingEngine } from '../sampling/engine.ts';
import type { SpaceRequest } from '../sampling/space-request.ts';
import type { DefaultTarget } from './default-target.ts';
import { resolveSnapshot } from './open-knowledge.ts';

export function stackUseCases(options: {
  engine: SamplingEngine;
  store: KnowledgeStore;
  target: DefaultTarget;
}): StackUseCases {
  const { engine, store, target } = options;

  const environmentOf = async (request: {
    python?: string;
    platform?: string;
  }): Promise<TargetEnvironment> => {
    const [own = '3.11'] = request.python === undefined ? await target.defaultPythons() : [request.python];
    return canonicalEnvironment({ python: own, platform: request.platform ?? target.defaultPlatform });
  };

  const spaceOf = async (request: SampleRequest | CheckRequest): Promise<SpaceRequest> => ({
    snapshotId: await resolveSnapshot(store, request.snapshot),
    requirements: request.requirements,
    constraints: request.constraints,
    environment: await environmentOf(request),
    indexes: [],
    policy: request.prereleases === undefined ? {} : { prereleases: request.prereleases },
    hashes: request.hashes,
  });

  return {
    sample: async (request) => {
      const { strategy, seed, count } = request;
      const space = await spaceOf(request);
      const drawn = await engine.draw(
        { space, sampling: { strategy }, seed, planned: count, cursor: null },
        count,
      );
      const { header } = await store.describeSnapshot(space.snapshotId);
      return { stacks: drawn.stacks, isDry: drawn.isDry, indexes: header.indexes };
    },
    check: async (request) => {
      const { stack } = request;
      return (await engine.ask('check', { space: await spaceOf(request), stack })).violations;
    },
  };
}
