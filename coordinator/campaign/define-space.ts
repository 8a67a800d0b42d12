// What a campaign says about its state spaces beside its requirements: policy, alternatives and rules, checked and in one
// form. What is left at its default is left out, so that a campaign made before these keys existed is still the same one.
import { Alternatives, type AlternativeDeclaration } from '../../shared/stack/alternatives.ts';
import { normalizeName } from '../../shared/stack/name.ts';
import type { PrereleaseMode } from '../../shared/stack/policy.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';
import { readRule } from '../monkey/rules/read-rules.ts';
import { indexChoices, type SpacePolicy } from '../monkey/space/space-policy.ts';
import type { CampaignRequest } from './campaign-schema.ts';
import { formError } from './check-form.ts';
import { placed } from './placed.ts';

export interface CampaignSpace {
  readonly policy?: CampaignPolicy;
  readonly alternatives?: readonly AlternativeDeclaration[];
  readonly rules?: readonly RuleDeclaration[];
}

/** Beside `allowSdists` and `excludeNewer`, which campaigns have always had. */
export type CampaignPolicy = Partial<
  Pick<
    SpacePolicy,
    'prereleases' | 'prereleasesOf' | 'variants' | 'missing' | 'indexes' | 'indexesOf' | 'indexOf'
  >
>;

type SpaceKeys = Pick<
  CampaignRequest,
  'prereleases' | 'variants' | 'missing' | 'indexPolicy' | 'alternatives' | 'rules' | 'lanes'
>;

/** @throws TROOP-1301 with the path of what is wrong */
export function defineSpace(request: SpaceKeys, indexes: readonly string[]): CampaignSpace {
  const policy: CampaignPolicy = {
    ...prereleasesOf(request.prereleases),
    ...(request.variants === undefined || request.variants === 'none' ? {} : { variants: request.variants }),
    ...(request.missing === undefined || request.missing === 'error' ? {} : { missing: request.missing }),
    ...indexesOf(request.indexPolicy, indexes),
  };
  const alternatives = request.alternatives ?? [];
  placed('alternatives', () => new Alternatives(alternatives));
  alternatives.forEach(({ by }, group) =>
    by.forEach((choice, position) => {
      const index = typeof choice === 'string' ? undefined : choice.index;
      if (index !== undefined) checkIndex(index, indexes, `alternatives[${group}].by[${position}].index`);
    }),
  );
  const rules = (request.rules ?? []) as readonly RuleDeclaration[];
  rules.forEach((rule, position) => checkRule(rule, `rules[${position}]`, request.lanes ?? ['any']));
  return {
    ...(Object.keys(policy).length === 0 ? {} : { policy }),
    ...(alternatives.length === 0 ? {} : { alternatives }),
    ...(rules.length === 0 ? {} : { rules }),
  };
}

function checkRule(rule: RuleDeclaration, path: string, lanes: readonly string[]): void {
  const { when } = placed(path, () => readRule(rule));
  const strange = when.lanes?.find((lane) => !lanes.includes(lane));
  if (strange !== undefined) {
    const reason = `the campaign has no lane '${strange}'`;
    throw formError([{ path: `${path}.when.lanes`, reason, advice: `one of: ${lanes.join(', ')}` }]);
  }
}

function prereleasesOf(given: SpaceKeys['prereleases']): CampaignPolicy {
  const { default: mode, packages } = typeof given === 'object' ? given : { default: given };
  const of = byName('prereleases.packages', packages ?? {});
  return {
    ...(mode === undefined || mode === 'if-necessary' ? {} : { prereleases: mode }),
    ...(Object.keys(of).length === 0 ? {} : { prereleasesOf: of satisfies Record<string, PrereleaseMode> }),
  };
}

function indexesOf(given: SpaceKeys['indexPolicy'], indexes: readonly string[]): CampaignPolicy {
  const { default: mode, packages } = typeof given === 'object' ? given : { default: given };
  const of = byName('indexPolicy.packages', packages ?? {});
  const choices = indexChoices(of);
  for (const [name, index] of Object.entries(choices.indexOf ?? {})) {
    checkIndex(index, indexes, `indexPolicy.packages.${name}`);
  }
  return { ...(mode === undefined || mode === 'all' ? {} : { indexes: mode }), ...choices };
}

function byName<Value>(path: string, record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      placed(`${path}.${name}`, () => normalizeName(name)),
      value,
    ]),
  );
}

function checkIndex(index: string, indexes: readonly string[], path: string): void {
  if (indexes.includes(index)) return;
  throw formError([
    {
      path,
      reason: `the campaign has no index '${index}'`,
      advice: `name it under 'indexes', or choose one of: ${indexes.join(', ')}`,
    },
  ]);
}
