// From what people write to rules.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { holdsIn, readCondition } from './condition.ts';
import { wrongParameter } from './read-fields.ts';
import { ruleKinds } from './registry.ts';
import type { RuleDeclaration } from './declaration.ts';
import type { Rule, RuleKind } from './rule.ts';

/** @throws TROOP-1941 for a declaration of no kind or of several, TROOP-1942 for what a kind cannot take */
export function readRule(declaration: RuleDeclaration): Rule {
  const kind = kindOf(declaration);
  const strange = Object.keys(declaration).find(
    (key) => key !== kind.name && key !== 'when' && !kind.keys.includes(key),
  );
  if (strange !== undefined) {
    const known = [kind.name, ...kind.keys, 'when'].join(', ');
    throw wrongParameter(kind.name, strange, `the keys here are ${known}`);
  }
  const when = readCondition(kind.name, declaration['when']);
  const effect = kind.read(declaration);
  if (when.lanes !== null && (effect.holds !== undefined || effect.scoreOf !== undefined)) {
    throw wrongParameter(
      kind.name,
      'when.lanes',
      'all lanes share one stream of stacks, so only what a finished stack shows can depend on them: keep, drop, keepIndex, dropIndex, reject, or hold at a named version',
    );
  }
  return { kind: kind.name, when, effect };
}

/** The rules that shape the space of an environment: those whose condition holds there and does not look at lanes. */
export function rulesOfSpace(
  declarations: readonly RuleDeclaration[],
  environment: TargetEnvironment,
): readonly Rule[] {
  return declarations.map(readRule).filter(({ when }) => when.lanes === null && holdsIn(when, environment));
}

function kindOf(declaration: RuleDeclaration): RuleKind {
  const kinds = Object.keys(declaration).flatMap((key) => ruleKinds.get(key) ?? []);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new TroopError('TROOP-1941', {
      keys: Object.keys(declaration).join(' and ') || 'nothing',
      known: [...ruleKinds.keys()].join(', '),
    });
  }
  return kind;
}
