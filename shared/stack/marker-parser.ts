// The grammar of environment markers, by recursive descent: `or` of `and` of comparisons and parentheses.
// https://peps.python.org/pep-0508/#grammar
import { TroopError } from '../errors/troop-error.ts';
import { TextScanner } from './text-scanner.ts';

export type MarkerField =
  | 'os_name'
  | 'sys_platform'
  | 'platform_machine'
  | 'platform_python_implementation'
  | 'platform_release'
  | 'platform_system'
  | 'platform_version'
  | 'python_version'
  | 'python_full_version'
  | 'implementation_name'
  | 'implementation_version'
  | 'extra'
  | 'extras'
  | 'dependency_groups';

export type MarkerOperator = '<=' | '<' | '!=' | '==' | '>=' | '>' | '~=' | '===' | 'in' | 'not in';

export type MarkerOperand =
  | { readonly kind: 'field'; readonly field: MarkerField }
  | { readonly kind: 'literal'; readonly value: string };

export interface MarkerComparison {
  readonly kind: 'comparison';
  readonly left: MarkerOperand;
  readonly operator: MarkerOperator;
  readonly right: MarkerOperand;
}

export interface MarkerCombination {
  readonly kind: 'and' | 'or';
  /** At least two. */
  readonly operands: readonly Marker[];
}

export type Marker = MarkerComparison | MarkerCombination;

const MAX_DEPTH = 64;

/** The fields, with the spellings of old metadata (PEP 345 and setuptools). */
const FIELDS: ReadonlyMap<string, MarkerField> = new Map<string, MarkerField>([
  ['os_name', 'os_name'],
  ['os.name', 'os_name'],
  ['sys_platform', 'sys_platform'],
  ['sys.platform', 'sys_platform'],
  ['platform_machine', 'platform_machine'],
  ['platform.machine', 'platform_machine'],
  ['platform_python_implementation', 'platform_python_implementation'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
  ['platform_release', 'platform_release'],
  ['platform_system', 'platform_system'],
  ['platform_version', 'platform_version'],
  ['platform.version', 'platform_version'],
  ['python_version', 'python_version'],
  ['python_full_version', 'python_full_version'],
  ['implementation_name', 'implementation_name'],
  ['implementation_version', 'implementation_version'],
  ['extra', 'extra'],
  ['extras', 'extras'],
  ['dependency_groups', 'dependency_groups'],
]);

const OPERATORS: readonly MarkerOperator[] = ['===', '==', '~=', '!=', '<=', '>=', '<', '>'];

export function parseMarkerText(text: string): Marker {
  const scanner = new TextScanner(text, 'TROOP-1805');
  const marker = scanMarker(scanner);
  if (!scanner.isAtEnd) {
    throw scanner.error('expected "and", "or" or the end');
  }
  return marker;
}

/** Reads a marker at the cursor and stops behind it and the white space after it. */
export function scanMarker(scanner: TextScanner, depth = 0): Marker {
  return scanCombination(scanner, 'or', () =>
    scanCombination(scanner, 'and', () => scanAtom(scanner, depth)),
  );
}

function scanCombination(scanner: TextScanner, word: 'and' | 'or', scanOperand: () => Marker): Marker {
  const first = scanOperand();
  const operands: Marker[] = [first];
  while (acceptWord(scanner, word)) {
    operands.push(scanOperand());
  }
  return operands.length === 1 ? first : combination(word, operands);
}

/** Nested combinations of one kind are one combination: the way a marker was put in parentheses has no meaning. */
function combination(kind: 'and' | 'or', operands: readonly Marker[]): MarkerCombination {
  return {
    kind,
    operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])),
  };
}

function scanAtom(scanner: TextScanner, depth: number): Marker {
  scanner.skipSpace();
  if (!scanner.accept('(')) {
    return scanComparison(scanner);
  }
  if (depth >= MAX_DEPTH) {
    throw scanner.error(`parentheses are nested deeper than ${MAX_DEPTH}`);
  }
  const marker = scanMarker(scanner, depth + 1);
  if (!scanner.accept(')')) {
    throw scanner.error('expected "and", "or" or ")"');
  }
  scanner.skipSpace();
  return marker;
}

function scanComparison(scanner: TextScanner): Marker {
  const left = scanOperand(scanner);
  scanner.skipSpace();
  const operator = scanOperator(scanner);
  scanner.skipSpace();
  const right = scanOperand(scanner);
  scanner.skipSpace();
  if (left.kind === 'literal' && right.kind === 'literal') {
    throw scanner.error('expected a field, such as python_version, on one side of the comparison');
  }
  return { kind: 'comparison', left, operator, right };
}

function scanOperand(scanner: TextScanner): MarkerOperand {
  const start = scanner.position;
  const quote = scanner.next;
  if (quote === '"' || quote === "'") {
    scanner.accept(quote);
    const value = scanner.takeThrough(quote);
    if (value === null) {
      throw scanner.error('this quotation has no end', start);
    }
    return { kind: 'literal', value };
  }
  const word = scanner.takeWhile((character) => character === '.' || isWordCharacter(character));
  if (word === '') {
    throw scanner.error('expected a field, such as python_version, or a quoted text');
  }
  const field = FIELDS.get(word);
  if (field === undefined) {
    throw new TroopError('TROOP-1806', {
      field: word.slice(0, 64),
      text: scanner.text.slice(0, 240),
      position: start + 1,
    });
  }
  return { kind: 'field', field };
}

function scanOperator(scanner: TextScanner): MarkerOperator {
  if (acceptWord(scanner, 'in')) {
    return 'in';
  }
  if (acceptWord(scanner, 'not')) {
    scanner.skipSpace();
    if (acceptWord(scanner, 'in')) {
      return 'not in';
    }
    throw scanner.error('expected "in" after "not"');
  }
  const operator = OPERATORS.find((candidate) => scanner.accept(candidate));
  if (operator === undefined) {
    throw scanner.error('expected one of <= < != == >= > ~= === in, not in');
  }
  return operator;
}

/** A word ends where no letter, digit or underscore follows. */
function acceptWord(scanner: TextScanner, word: string): boolean {
  const after = scanner.text.charAt(scanner.position + word.length);
  return !isWordCharacter(after) && scanner.accept(word);
}

function isWordCharacter(character: string): boolean {
  return /^[a-zA-Z0-9_]$/.test(character);
}
