// Whether packages keep rules, read from their declarations in the plainest way. Shares no code with the engine.
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import type { StackPackage } from '../../../shared/stack/stack.ts';

export function obeysRules(
  packages: readonly StackPackage[],
  environment: TargetEnvironment,
  rules: readonly RuleDeclaration[],
): boolean {
  return rules.every((rule) => {
    const when = rule['when'] as { readonly python?: string } | undefined;
    if (when?.python !== undefined && when.python !== environment.python) return true;
    if (rule['reject'] !== undefined) {
      const terms = listOf(rule['reject']);
      return !terms.every((term) => packages.some((item) => isMeant(term, item)));
    }
    return packages.every((item) => obeys(rule, item));
  });
}

function obeys(rule: RuleDeclaration, item: StackPackage): boolean {
  const projects = rule['projects'] === undefined ? [item.name] : listOf(rule['projects']);
  if (rule['keepIndex'] !== undefined) {
    return !projects.includes(item.name) || listOf(rule['keepIndex']).includes(item.index);
  }
  if (rule['dropIndex'] !== undefined) {
    return !projects.includes(item.name) || !listOf(rule['dropIndex']).includes(item.index);
  }
  if (rule['drop'] !== undefined) {
    return !listOf(rule['drop']).some((term) => isMeant(term, item));
  }
  const own = listOf(rule['keep']).filter((term) => parseRequirement(term).name === item.name);
  return own.length === 0 || own.some((term) => isMeant(term, item));
}

function isMeant(term: string, { name, version }: StackPackage): boolean {
  const requirement = parseRequirement(term);
  return requirement.name === name && specifierAllows(requirement.specifier, version);
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]) as readonly string[];
}
