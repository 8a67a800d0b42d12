// `troop stack sample|check` on the coordinator's knowledge.
import { canonicalEnvironment, type TargetEnvironment } from '../../shared/stack/environment.ts';
import { normalizeName } from '../../shared/stack/name.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { satisfies } from '../../shared/stack/satisfies.ts';
import { indexFingerprint, makeStack } from '../../shared/stack/stack.ts';
import { parseVersion } from '../../shared/stack/version.ts';
import type { StackUseCases } from '../api/stacks.ts';
import type { KnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import type { SamplingEngine } from '../sampling/engine.ts';
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

  return {
    sample: async (request) => {
      const snapshotId = await resolveSnapshot(store, request.snapshot);
      const { header } = await store.describeSnapshot(snapshotId);
      const drawn = await engine.draw(
        {
          space: {
            snapshotId,
            requirements: request.requirements,
            constraints: [],
            environment: await environmentOf(request),
            indexes: header.indexes.map(({ name }) => name),
            policy: { allowSdists: false, excludeNewer: null },
          },
          strategy: request.strategy,
          seed: request.seed,
          planned: request.count,
          cursor: null,
        },
        request.count,
      );
      return { stacks: drawn.stacks, isDry: drawn.isDry };
    },
    check: async (request) => {
      const snapshot = await store.loadSnapshot(
        await resolveSnapshot(store, request.snapshot),
        new AbortController().signal,
      );
      const [first] = snapshot.header.indexes;
      const fingerprints = snapshot.header.indexes.flatMap(({ name, url }): [string, string][] =>
        url === undefined ? [] : [[name, indexFingerprint(url)]],
      );
      const packages = request.stack.packages.map((one) => ({
        ...one,
        name: normalizeName(one.name),
        version: parseVersion(one.version).text,
        index: one.index ?? first?.name ?? 'pip',
      }));
      const environment = request.stack.environment ?? (await environmentOf(request));
      const stack = makeStack({ environment, packages, indexFingerprints: Object.fromEntries(fingerprints) });
      return satisfies({
        stack,
        requirements: request.requirements.map(parseRequirement),
        releases: snapshot,
      });
    },
  };
}
