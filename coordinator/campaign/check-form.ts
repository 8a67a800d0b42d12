// Checks a value against a schema in words for people: the path of what is wrong, what is wrong with it, and what to
// write instead.
import type Type from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { TroopError } from '../../shared/errors/troop-error.ts';

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

export interface FormProblem {
  /** Such as `benchmarks[0].indicator`; `(top level)` for the whole. */
  readonly path: string;
  readonly reason: string;
  readonly advice: string;
}

const README = 'the README shows a campaign file with every key';

/** Gives the value when it has the form. Throws TROOP-1301 that names the first problem and lists the others. */
export function checkForm<Schema extends Type.TSchema>(schema: Schema, value: unknown): Static<Schema> {
  const compiled = Compile(schema);
  if (compiled.Check(value)) return value as Static<Schema>;
  throw formError(problemsOf(compiled.Errors(value), schema));
}

export function formError(problems: readonly FormProblem[]): TroopError {
  const [first, ...others] = problems;
  const more = others.slice(0, 10).map(({ path, reason }) => `${path}: ${reason}`);
  return new TroopError('TROOP-1301', {
    path: first?.path ?? '(top level)',
    reason: first?.reason ?? 'it has another form',
    advice: first?.advice ?? README,
    ...(more.length === 0 ? {} : { more: more.join('; ') }),
  });
}

function problemsOf(errors: readonly SchemaError[], schema: object): FormProblem[] {
  // A key that is not allowed is reported twice, and each branch of a choice on its own: the summary says it better.
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const telling = errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'boolean' &&
      (keyword === 'anyOf' || choices.every((choice) => !instancePath.startsWith(choice))),
  );
  return telling.flatMap((error) => problemOf(error, schema));
}

function problemOf(error: SchemaError, schema: object): FormProblem[] {
  const path = readablePath(error.instancePath);
  const params = new Map<string, unknown>(Object.entries(error.params));
  if (error.keyword === 'additionalProperties') {
    const unknown = textsOf(params.get('additionalProperties'));
    const known = keysAt(schema, error.instancePath);
    return unknown.map((key) => ({
      path: path === '(top level)' ? key : `${path}.${key}`,
      reason: 'there is no such key',
      advice: adviceFor(key, known),
    }));
  }
  if (error.keyword === 'required') {
    return textsOf(params.get('requiredProperties')).map((key) => ({
      path: path === '(top level)' ? key : `${path}.${key}`,
      reason: 'it is missing',
      advice: README,
    }));
  }
  const allowed = literalsAt(schema, error.instancePath);
  const example = exampleAt(schema, error.instancePath);
  const usual = example === null ? README : `for example ${example}`;
  const advice = allowed.length > 0 ? `one of: ${allowed.join(', ')}` : usual;
  return [{ path, reason: reasonOf(error, params), advice }];
}

const NOT_OF_TYPE: Readonly<Record<string, string>> = {
  array: 'it is no list',
  object: 'it is no mapping of keys to values',
  string: 'it is no text',
  number: 'it is no number',
  integer: 'it is no whole number',
  boolean: 'it is neither true nor false',
};

function reasonOf({ keyword, message }: SchemaError, params: ReadonlyMap<string, unknown>): string {
  if (keyword === 'anyOf') return 'it is none of the forms that are allowed here';
  if (keyword === 'pattern') return 'it does not have the form that is wanted here';
  if (keyword === 'type') return NOT_OF_TYPE[String(params.get('type'))] ?? message;
  return message.replace('must not have', 'it must not have').replace('must be', 'it must be');
}

/** A schema may say `examples` (JSON Schema); the first is shown. */
function exampleAt(schema: object, instancePath: string): string | null {
  const examples = child(schemaAt(schema, instancePath), 'examples');
  return Array.isArray(examples) && typeof examples[0] === 'string' ? examples[0] : null;
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function readablePath(instancePath: string): string {
  if (instancePath === '') return '(top level)';
  return instancePath
    .slice(1)
    .split('/')
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** The part of the schema that describes the value at a path, as far as it can be followed. */
function schemaAt(schema: object, instancePath: string): unknown {
  return instancePath
    .split('/')
    .filter((part) => part !== '')
    .reduce<unknown>((at, part) => {
      const properties = child(at, 'properties');
      return child(properties, part) ?? child(at, 'items');
    }, schema);
}

const child = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;

const keysAt = (schema: object, instancePath: string): string[] =>
  Object.keys(child(schemaAt(schema, instancePath), 'properties') ?? {});

function literalsAt(schema: object, instancePath: string): string[] {
  const branches = child(schemaAt(schema, instancePath), 'anyOf');
  if (!Array.isArray(branches)) return [];
  return branches.map((branch) => child(branch, 'const')).filter((value) => typeof value === 'string');
}

function adviceFor(key: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((left, right) => left.distance - right.distance)[0];
  if (near !== undefined && near.distance <= 1 + key.length / 3) return `did you mean '${near.candidate}'?`;
  return `the keys here are ${known.join(', ')}`;
}

/** Levenshtein's distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(left).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(right).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
