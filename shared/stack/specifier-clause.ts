// One clause of a version specifier: an operator and a version, and which operators take which versions.
// https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers
import { TroopError } from '../errors/troop-error.ts';
import { tryParseVersion, type Version } from './version.ts';

export type SpecifierOperator = '===' | '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>';

export interface SpecifierClause {
  readonly operator: SpecifierOperator;
  /** As written, without white space; ends in `.*` for a prefix match. */
  readonly text: string;
  /** Null only for an `===` whose text is not a version. Of a prefix match, the prefix. */
  readonly version: Version | null;
  readonly isPrefix: boolean;
}

const CLAUSE = /^(===|~=|==|!=|<=|>=|<|>)\s*(\S+)$/;
const OPERATOR = /^(?:===|~=|==|!=|<=|>=|<|>)$/;

/** @throws TROOP-1803 */
export function parseClause(part: string): SpecifierClause {
  if (OPERATOR.test(part)) throw invalidSpecifier(part, `a version is missing after ${part}`);
  const match = CLAUSE.exec(part);
  const [, operator, text] = match ?? [];
  if (operator === undefined || text === undefined) {
    throw invalidSpecifier(part, 'it needs one of === ~= == != <= >= < > and then a version');
  }
  return checkedClause(operator as SpecifierOperator, text, part);
}

function checkedClause(operator: SpecifierOperator, text: string, part: string): SpecifierClause {
  if (operator === '===') {
    if (/[;)]/.test(text)) {
      throw invalidSpecifier(part, 'the text after === ends before ; and )');
    }
    return { operator, text, version: tryParseVersion(text), isPrefix: false };
  }
  const isPrefix = text.endsWith('.*');
  const version = tryParseVersion(isPrefix ? text.slice(0, -2) : text);
  if (version === null) {
    throw invalidSpecifier(part, `"${text}" is not a version`);
  }
  const objection = objectionTo(operator, version, isPrefix);
  if (objection !== null) {
    throw invalidSpecifier(part, objection);
  }
  return { operator, text, version, isPrefix };
}

function objectionTo(operator: SpecifierOperator, version: Version, isPrefix: boolean): string | null {
  const isEquality = operator === '==' || operator === '!=';
  if (isPrefix && !isEquality) {
    return 'only == and != take .*';
  }
  if (isPrefix && version.text !== `${epochText(version)}${version.segments.release.join('.')}`) {
    return '.* follows a plain release only';
  }
  if (version.local !== null && !isEquality) {
    return 'only == and != take a local version';
  }
  if (operator === '~=' && version.release.length < 2) {
    return '~= needs at least two parts, such as ~=1.4';
  }
  return null;
}

function epochText(version: Version): string {
  return version.epoch === 0 ? '' : `${version.segments.epoch}!`;
}

export function invalidSpecifier(text: string, reason: string): TroopError {
  return new TroopError('TROOP-1803', { text: text.slice(0, 120), reason });
}
