// When a rule applies: `when: {python: "3.12", platform: linux_x86_64, variables: {OMP_NUM_THREADS: "1"}, lanes: [avx2]}`.
// Python, platform and variables are decided when a space is opened. Lanes share a space: a stack that a rule excludes on
// a lane is drawn all the same, and not inspected there.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { formatPlatform, parsePlatform } from '../../../shared/stack/platform.ts';
import { parsePythonVersion } from '../../../shared/stack/python-version.ts';
import type { JsonValue } from '../strategies/strategy.ts';
import { isRecord, textsOf, wrongParameter } from './read-fields.ts';

/** Every part must hold; null is no condition. */
export interface RuleCondition {
  readonly pythons: readonly string[] | null;
  readonly platforms: readonly string[] | null;
  readonly variables: Readonly<Record<string, string>> | null;
  readonly lanes: readonly string[] | null;
}

export const ALWAYS: RuleCondition = Object.freeze({
  pythons: null,
  platforms: null,
  variables: null,
  lanes: null,
});

const KEYS = ['python', 'platform', 'variables', 'lanes'];

/** @throws TROOP-1942 */
export function readCondition(rule: string, value: JsonValue | undefined): RuleCondition {
  if (value === undefined) {
    return ALWAYS;
  }
  if (!isRecord(value)) {
    throw wrongParameter(rule, 'when', `it is a mapping of ${KEYS.join(', ')}`);
  }
  const strange = Object.keys(value).find((key) => !KEYS.includes(key));
  if (strange !== undefined) {
    throw wrongParameter(rule, `when.${strange}`, `the keys here are ${KEYS.join(', ')}`);
  }
  const whens = Object.fromEntries(Object.entries(value).map(([key, said]) => [`when.${key}`, said]));
  const list = (key: string): readonly string[] | null =>
    value[key] === undefined ? null : textsOf(rule, whens, `when.${key}`);
  return {
    pythons: list('python')?.map((text) => pythonOf(rule, text)) ?? null,
    platforms: list('platform')?.map((text) => platformOf(rule, text)) ?? null,
    variables: variablesOf(rule, value['variables']),
    lanes: list('lanes'),
  };
}

/** Whether all but the lanes hold. */
export function holdsIn(condition: RuleCondition, environment: TargetEnvironment): boolean {
  const { pythons, platforms, variables } = condition;
  return (
    (pythons === null || pythons.includes(environment.python)) &&
    (platforms === null || platforms.includes(environment.platform)) &&
    Object.entries(variables ?? {}).every(([name, value]) => environment.variables?.[name] === value)
  );
}

/** As an environment has it: `3.11.7` is 3.11. */
function pythonOf(rule: string, text: string): string {
  try {
    const { major, minor, isFreeThreaded } = parsePythonVersion(text);
    return `${major}.${minor}${isFreeThreaded ? 't' : ''}`;
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    throw wrongParameter(rule, 'when.python', error.message);
  }
}

function platformOf(rule: string, text: string): string {
  try {
    return formatPlatform(parsePlatform(text));
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    throw wrongParameter(rule, 'when.platform', error.message);
  }
}

function variablesOf(rule: string, value: JsonValue | undefined): Readonly<Record<string, string>> | null {
  if (value === undefined) {
    return null;
  }
  const entries = isRecord(value) ? Object.entries(value) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!isRecord(value) || texts.length < entries.length) {
    throw wrongParameter(rule, 'when.variables', 'it is a mapping of names to texts');
  }
  return Object.fromEntries(texts);
}
