// What the options of a call say about a space beside its requirements: projects that stand for others, and rules, both as a
// campaign file has them or as a pipeline of Thoth's Dependency Monkey.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { AlternativeDeclaration } from '../../../../shared/stack/alternatives.ts';
import { normalizeName } from '../../../../shared/stack/name.ts';
import type { SpaceBody } from '../../../api/stack-schemas.ts';
import { parseYamlText } from '../../../inputs/yaml-text.ts';
import { readThothPipeline } from '../../../inputs/read-thoth-pipeline.ts';
import type { RuleDeclaration } from '../../../monkey/rules/declaration.ts';
import { readRule } from '../../../monkey/rules/read-rules.ts';
import type { KnownIndexes } from '../../known-indexes.ts';
import { readText } from '../../request-flags.ts';
import type { SpaceFlags } from './space-flags.ts';

export interface SpaceRules {
  /** What stands in the request; what says nothing is left out. */
  readonly body: Partial<Pick<SpaceBody, 'alternatives' | 'rules' | 'prereleasesOf'>>;
  /** Null where a pipeline does not speak of pre-releases. */
  readonly prereleases: 'disallow' | null;
  readonly notes: readonly string[];
}

const LANES = 'a rule that looks at lanes has no effect here: lanes share the stacks of an environment';

/** What the options say comes behind what the pipeline says. @throws TROOP-1002, TROOP-1008, and those of rules and pipelines */
export async function readSpaceRules(flags: SpaceFlags, knownIndexes: KnownIndexes): Promise<SpaceRules> {
  const pipeline =
    flags.pipeline === undefined
      ? readThothPipeline('{}', [])
      : readThothPipeline(await readText(flags.pipeline), await knownIndexes());
  const own = await Promise.all((flags.rules ?? []).map(readRulesFile));
  const rules = [...pipeline.rules, ...own.flat()];
  const alternatives = [...pipeline.alternatives, ...(flags.alternative ?? []).map(readAlternative)];
  const looksAtLanes = rules.some((rule) => readRule(rule).when.lanes !== null);
  return {
    body: {
      ...(rules.length === 0 ? {} : { rules }),
      ...(alternatives.length === 0
        ? {}
        : { alternatives: alternatives.map(({ project, by }) => ({ project, by: [...by] })) }),
      ...(pipeline.prereleases === null ? {} : { prereleasesOf: { ...pipeline.prereleases.packages } }),
    },
    prereleases: pipeline.prereleases?.default ?? null,
    notes: [...pipeline.notes, ...(looksAtLanes ? [LANES] : [])],
  };
}

/** `tensorflow=tensorflow-cpu,intel-tensorflow`; `torch=torch@cu121` is a build of another index. */
export function readAlternative(text: string): AlternativeDeclaration {
  const [, project, others = ''] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  const by = others.split(',').map((word) => word.trim());
  if (project === undefined || by.includes('')) {
    const reason = `'${text}' is not such as 'tensorflow=tensorflow-cpu,intel-tensorflow'`;
    throw new TroopError('TROOP-1002', { what: '--alternative', reason });
  }
  return {
    project: normalizeName(project.trim()),
    by: by.map((word) => {
      const [name = '', index] = word.split('@');
      return index === undefined ? normalizeName(name) : { project: normalizeName(name), index };
    }),
  };
}

async function readRulesFile(path: string): Promise<readonly RuleDeclaration[]> {
  const wrong = (reason: string): never => {
    throw new TroopError('TROOP-1002', { what: path, reason });
  };
  let value: unknown;
  try {
    value = parseYamlText(await readText(path));
  } catch (error) {
    if (error instanceof TroopError) throw error;
    return wrong(error instanceof Error ? error.message : 'it is not YAML');
  }
  const isRule = (item: unknown): item is RuleDeclaration =>
    typeof item === 'object' && item !== null && !Array.isArray(item);
  return Array.isArray(value) && value.every(isRule)
    ? value
    : wrong('it is no list of rules, such as "- drop: scipy==1.11.0"');
}
