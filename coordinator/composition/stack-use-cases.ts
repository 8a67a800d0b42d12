// `troop stack …` on some knowledge: that of the coordinator, or a snapshot file. All work is done by the sampling engine.
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { SampleBody, SpaceBody } from '../api/stack-schemas.ts';
import type { Noted, StackUseCases } from '../api/stacks.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';
import { indexChoices } from '../monkey/space/space-policy.ts';
import type { Sampling } from '../monkey/strategies/open-sampling.ts';
import type { JsonValue } from '../monkey/strategies/strategy.ts';
import type { SamplingEngine } from '../sampling/engine.ts';
import type { QueryBudget } from '../sampling/queries/budget.ts';
import { unmatchedIndexNote, unmatchedNote } from '../sampling/queries/unmatched-rules.ts';
import type { SpaceRequest } from '../sampling/space-request.ts';
import type { DefaultTarget } from './default-target.ts';

export function stackUseCases(options: {
  engine: SamplingEngine;
  /** From what a request calls it to the id of a snapshot. */
  resolveSnapshot: (wanted: string) => Promise<string>;
  target: DefaultTarget;
}): StackUseCases {
  const { engine, resolveSnapshot, target } = options;
  const spaceOf = async (body: SpaceBody): Promise<SpaceRequest> => {
    const [python = '3.11'] = body.python === undefined ? await target.defaultPythons() : [body.python];
    return {
      snapshotId: await resolveSnapshot(body.snapshot),
      requirements: body.requirements,
      constraints: body.constraints,
      environment: canonicalEnvironment({ python, platform: body.platform ?? target.defaultPlatform }),
      indexes: body.indexes,
      policy: {
        allowSdists: body.allowSdists,
        excludeNewer: body.excludeNewer ?? null,
        prereleases: body.prereleases === 'if-named' ? 'if-necessary' : body.prereleases,
        indexes: body.indexPolicy,
        ...indexChoices(body.indexPolicyOf ?? {}),
        missing: body.missing,
        ...(body.variants === undefined ? {} : { variants: body.variants }),
        ...(body.prereleasesOf === undefined ? {} : { prereleasesOf: body.prereleasesOf }),
      },
      ...(body.alternatives === undefined ? {} : { alternatives: body.alternatives }),
      ...(body.rules === undefined ? {} : { rules: body.rules as readonly RuleDeclaration[] }),
      hashes: body.hashes,
    };
  };
  const noted = notingRules(engine);
  return {
    sample: async (body) => {
      const { seed, count, files, planned = count, cursor = null, shard = null } = body;
      const space = await spaceOf(body);
      const page = {
        space,
        sampling: samplingOf(body),
        seed,
        planned,
        cursor: cursor as JsonValue,
        shard,
        files,
      };
      const answer = await engine.page(page, count);
      // What is to be known of the rules is known from the first page on.
      return cursor === null ? await noted(space, answer) : answer;
    },
    count: async (body) => {
      const { where, marginals } = body;
      const space = await spaceOf(body);
      const request = { space, budget: budgetOf(body), where, marginals };
      return await noted(space, await engine.ask('count', request));
    },
    explain: async (body) => {
      const { pins, stack = null } = body;
      const space = await spaceOf(body);
      return await noted(space, await engine.ask('explain', { space, pins, stack }));
    },
    check: async (body) => await engine.ask('check', { space: await spaceOf(body), stack: body.stack }),
    neighbours: async (body) => {
      const { baseline = null, packages = null, limit } = body;
      const space = await spaceOf(body);
      const request = { space, budget: budgetOf(body), baseline, packages, limit };
      return await noted(space, await engine.ask('neighbours', request));
    },
    coverage: async (body) => {
      const space = await spaceOf(body);
      return await noted(space, await engine.ask('coverage', { space, budget: budgetOf(body) }));
    },
  };
}

/** Adds to an answer what is to be known of the rules of the space that was asked about. */
function notingRules(
  engine: SamplingEngine,
): <Answer extends object>(space: SpaceRequest, answer: Answer) => Promise<Answer & Noted> {
  return async (space, answer) => {
    if (space.rules === undefined) return answer;
    const { names, indexes } = await engine.ask('unmatched', { space });
    const notes = [...unmatchedNote(names, 'this space'), ...unmatchedIndexNote(indexes, 'this space')];
    return notes.length === 0 ? answer : { ...answer, ruleNotes: notes };
  };
}

/** The strategy `mix` is what a campaign does that names none. */
function samplingOf({ strategy, parameters }: SampleBody): Sampling {
  if (strategy === 'mix') return {};
  return parameters === undefined
    ? { strategy }
    : { strategy, parameters: parameters as Readonly<Record<string, JsonValue>> };
}

function budgetOf({ maxNodes, timeMs }: { maxNodes?: number; timeMs: number }): QueryBudget {
  return { maxNodes: maxNodes ?? null, timeMs };
}
