// Environment markers of PEP 508, as the living specification words them: fields are typed, so that versions compare as
// versions and all else as text. https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
import { TroopError } from '../errors/troop-error.ts';
import { foldName } from './name.ts';
import {
  parseMarkerText,
  type Marker,
  type MarkerComparison,
  type MarkerField,
  type MarkerOperand,
  type MarkerOperator,
} from './marker-parser.ts';
import { parseSpecifierSet, specifierAllows, type SpecifierSet } from './specifier.ts';

export type {
  Marker,
  MarkerComparison,
  MarkerField,
  MarkerOperand,
  MarkerOperator,
} from './marker-parser.ts';

/** Values of the fields. `extra` is the extra that is asked for; absent counts as none. */
export type MarkerEnvironment = Readonly<Partial<Record<MarkerField, string>>>;

const VERSION_FIELDS: ReadonlySet<MarkerField> = new Set([
  'python_version',
  'python_full_version',
  'implementation_version',
  'platform_release',
]);

/** @throws TROOP-1805 on a text that is not a marker, TROOP-1806 on a field that PEP 508 does not know. */
export function parseMarker(text: string): Marker {
  return parseMarkerText(text);
}

/** @throws TROOP-1806 when a field has no value in the environment. */
export function evaluateMarker(marker: Marker, environment: MarkerEnvironment): boolean {
  switch (marker.kind) {
    case 'and':
      // Both sides are looked at, so that an unknown field is an error wherever it stands.
      return marker.operands.map((operand) => evaluateMarker(operand, environment)).every(Boolean);
    case 'or':
      return marker.operands.map((operand) => evaluateMarker(operand, environment)).some(Boolean);
    case 'comparison':
      return evaluateComparison(marker, environment);
  }
}

/**
 * Whether a dependency applies when these extras of its package are asked for: with none of them, or with any one.
 * @throws TROOP-1806
 */
export function markerHolds(
  marker: Marker | null,
  environment: MarkerEnvironment,
  extras: Iterable<string> = [],
): boolean {
  if (marker === null) {
    return true;
  }
  if (!mentionsExtra(marker)) {
    return evaluateMarker(marker, environment);
  }
  return ['', ...extras].some((extra) => evaluateMarker(marker, { ...environment, extra }));
}

/** Whether the answer depends on the extra that is asked for. */
export function mentionsExtra(marker: Marker): boolean {
  if (marker.kind !== 'comparison') {
    return marker.operands.some(mentionsExtra);
  }
  return isExtra(marker.left) || isExtra(marker.right);
}

/** The marker in one spelling: double quotes, single spaces, parentheses only where they are needed. */
export function formatMarker(marker: Marker): string {
  if (marker.kind === 'comparison') {
    return `${formatOperand(marker.left)} ${marker.operator} ${formatOperand(marker.right)}`;
  }
  return marker.operands
    .map((operand) =>
      marker.kind === 'and' && operand.kind === 'or' ? `(${formatMarker(operand)})` : formatMarker(operand),
    )
    .join(` ${marker.kind} `);
}

function evaluateComparison(comparison: MarkerComparison, environment: MarkerEnvironment): boolean {
  const { left, operator, right } = comparison;
  const field = left.kind === 'field' ? left.field : fieldOf(right);
  const isName = field === 'extra';
  const leftValue = valueOf(left, environment);
  const rightValue = valueOf(right, environment);
  if (field !== null && VERSION_FIELDS.has(field)) {
    const set = specifierOf(operator, rightValue);
    if (set !== null) {
      return specifierAllows(set, leftValue);
    }
  }
  return isName
    ? compareText(foldName(leftValue), operator, foldName(rightValue))
    : compareText(leftValue, operator, rightValue);
}

/** Text has no order: `<` and `>` never hold, `<=` and `>=` hold for equal texts, as do `~=` and `===`. */
function compareText(left: string, operator: MarkerOperator, right: string): boolean {
  switch (operator) {
    case 'in':
      return right.includes(left);
    case 'not in':
      return !right.includes(left);
    case '!=':
      return left !== right;
    case '<':
    case '>':
      return false;
    case '==':
    case '<=':
    case '>=':
    case '~=':
    case '===':
      return left === right;
  }
}

/** Null when the right side is no version, and the comparison is one of texts. */
function specifierOf(operator: MarkerOperator, value: string): SpecifierSet | null {
  if (operator === 'in' || operator === 'not in' || value === '' || value.includes(',')) {
    return null;
  }
  try {
    return parseSpecifierSet(operator + value);
  } catch (error) {
    if (error instanceof TroopError) {
      return null;
    }
    throw error;
  }
}

function valueOf(operand: MarkerOperand, environment: MarkerEnvironment): string {
  if (operand.kind === 'literal') {
    return operand.value;
  }
  const value = environment[operand.field] ?? (operand.field === 'extra' ? '' : undefined);
  if (value === undefined) {
    throw new TroopError('TROOP-1806', { field: operand.field });
  }
  return value;
}

function fieldOf(operand: MarkerOperand): MarkerField | null {
  return operand.kind === 'field' ? operand.field : null;
}

function isExtra(operand: MarkerOperand): boolean {
  return fieldOf(operand) === 'extra';
}

function formatOperand(operand: MarkerOperand): string {
  if (operand.kind === 'field') {
    return operand.field;
  }
  return operand.value.includes('"') ? `'${operand.value}'` : `"${operand.value}"`;
}
