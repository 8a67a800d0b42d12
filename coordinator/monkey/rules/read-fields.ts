// Reading the loose values of a declaration: each function gives what it says, or an error that names the key.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { isValidName, normalizeName } from '../../../shared/stack/name.ts';
import type { JsonValue } from '../strategies/strategy.ts';
import type { RuleDeclaration } from './declaration.ts';

export function wrongParameter(rule: string, parameter: string, reason: string): TroopError {
  return new TroopError('TROOP-1942', { rule, parameter, reason });
}

/** A text or a list of texts; at least one. */
export function textsOf(rule: string, declaration: RuleDeclaration, key: string): readonly string[] {
  const value = declaration[key];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string' && text.trim() !== '')) {
    throw wrongParameter(rule, key, 'it is neither a text nor a list of texts');
  }
  return texts as readonly string[];
}

export function textOf(rule: string, declaration: RuleDeclaration, key: string): string {
  const [text, ...others] = textsOf(rule, declaration, key);
  if (text === undefined || others.length > 0) {
    throw wrongParameter(rule, key, 'it is not one text');
  }
  return text;
}

/** Normalised names of projects; null when the key is not there. */
export function projectsOf(
  rule: string,
  declaration: RuleDeclaration,
  key: string,
): readonly string[] | null {
  if (declaration[key] === undefined) {
    return null;
  }
  return textsOf(rule, declaration, key).map((name) => {
    if (!isValidName(name)) {
      throw wrongParameter(rule, key, `"${name}" is not the name of a project`);
    }
    return normalizeName(name);
  });
}

export function numberOf(rule: string, declaration: RuleDeclaration, key: string): number {
  const value = declaration[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw wrongParameter(rule, key, 'it is not a number');
  }
  return value;
}

export function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
