// What strategies may be told: each declares the names and forms of its parameters, and anything else is refused before it is
// opened, so that a misspelt name is an error and not a default.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { isValidName, normalizeName } from '../../../shared/stack/name.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';

export type ParameterForm =
  /** Names of projects, at least one. */
  | { readonly kind: 'names' }
  /** Pins such as `numpy==1.26.4`, at least one. */
  | { readonly kind: 'pins' }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

export type ParameterForms = Readonly<Record<string, ParameterForm>>;
export type Parameters = Readonly<Record<string, unknown>>;

export interface WithParameters {
  readonly name: string;
  readonly parameters?: ParameterForms;
}

/** @throws TROOP-1908 that names the first parameter which is not as the strategy declares it */
export function checkParameters(
  { name, parameters: forms = {} }: WithParameters,
  given: Parameters | undefined,
): void {
  for (const [parameter, value] of Object.entries(given ?? {})) {
    const form = Object.hasOwn(forms, parameter) ? forms[parameter] : undefined;
    const reason = form === undefined ? unknownReason(forms) : wrongReason(form, value);
    if (reason !== null) {
      throw new TroopError('TROOP-1908', { strategy: name, parameter, reason });
    }
  }
}

/** Normalised names; undefined when the parameter is not given. For parameters that were checked. */
export function namesParameter(
  given: Parameters | undefined,
  parameter: string,
): readonly string[] | undefined {
  return textsOf(given?.[parameter])?.map(normalizeName);
}

export function pinsParameter(
  given: Parameters | undefined,
  parameter: string,
): readonly string[] | undefined {
  return textsOf(given?.[parameter]);
}

export function numberParameter(given: Parameters | undefined, parameter: string, otherwise: number): number {
  const value = given?.[parameter];
  return typeof value === 'number' ? value : otherwise;
}

export function choiceParameter<Choice extends string>(
  given: Parameters | undefined,
  parameter: string,
  otherwise: Choice,
): Choice {
  const value = given?.[parameter];
  return typeof value === 'string' ? (value as Choice) : otherwise;
}

function unknownReason(forms: ParameterForms): string {
  const known = Object.keys(forms);
  return known.length === 0 ? 'it takes no parameters' : `it knows only ${known.join(', ')}`;
}

function wrongReason(form: ParameterForm, value: unknown): string | null {
  switch (form.kind) {
    case 'names':
      return listReason(value, 'names such as ["numpy", "scipy"]', (text) =>
        isValidName(text) ? null : `"${text}" is no name`,
      );
    case 'pins':
      return listReason(value, 'pins such as ["numpy==1.26.4"]', pinReason) ?? twiceReason(value);
    case 'integer':
      return rangeReason(form, value, 'a whole number', Number.isInteger(value));
    case 'number':
      return rangeReason(form, value, 'a number', typeof value === 'number');
    case 'choice':
      return typeof value === 'string' && form.of.includes(value)
        ? null
        : `it is none of ${form.of.join(', ')}`;
  }
}

function listReason(value: unknown, words: string, reasonOf: (text: string) => string | null): string | null {
  const texts = textsOf(value);
  if (texts === undefined || texts.length === 0) {
    return `it is not a list of ${words}`;
  }
  return texts.map(reasonOf).find((reason) => reason !== null) ?? null;
}

/** Two versions of a project are in no stack. */
function twiceReason(value: unknown): string | null {
  const names = (textsOf(value) ?? []).map((text) => parsePin(text)?.name);
  const twice = names.find((name, position) => names.indexOf(name) < position);
  return twice === undefined ? null : `it pins ${twice} twice`;
}

function pinReason(text: string): string | null {
  try {
    return parsePin(text) === null ? `"${text}" is no pin such as numpy==1.26.4` : null;
  } catch (error) {
    return error instanceof TroopError ? error.message : `"${text}" is no pin`;
  }
}

/** The requirement of `name==version`; null when it is another one. @throws what a text does that is no requirement */
export function parsePin(text: string): Requirement | null {
  const requirement = parseRequirement(text);
  const [clause, ...others] = requirement.specifier.clauses;
  const isPin =
    (clause?.operator === '==' || clause?.operator === '===') && !clause.isPrefix && others.length === 0;
  return isPin && requirement.url === null && requirement.marker === null ? requirement : null;
}

function rangeReason(
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
  value: unknown,
  words: string,
  isKind: boolean,
): string | null {
  return isKind && typeof value === 'number' && value >= minimum && value <= maximum
    ? null
    : `it is not ${words} from ${minimum} to ${maximum}`;
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string')
    ? value
    : undefined;
}
