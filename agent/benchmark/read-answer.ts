// Reading what a measured process says into our own values. It ran code that nobody vouches for, so that every field is
// looked at; null means that it is not what the runner would send.
import type { MeasuredValue } from '../../shared/measurement/block.ts';
import type { Answer } from './compare-answer.ts';
import { parseObject, type JsonObject } from './worker.ts';

export function readCount(object: JsonObject, name: string): number | null {
  const value = object[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** As runner.py and script_launcher.py bound what they say: a block of what a stranger says would be no message any more. */
const MAXIMUM_ITEMS = 64;
const MAXIMUM_TEXT = 4000;
const MAXIMUM_LINE = 262_144;

const isText = (value: unknown, maximum = MAXIMUM_TEXT): value is string =>
  typeof value === 'string' && value.length <= maximum;

export function readText(object: JsonObject, name: string): string | null {
  const value = object[name];
  return isText(value) ? value : null;
}

/** The last line of a script's output, which is longer than other texts. */
export function readLine(object: JsonObject, name: string): string | null {
  const value = object[name];
  return isText(value, MAXIMUM_LINE) ? value : null;
}

/** One value as the runner tells it (see runner.py), or as the script launcher does, without `loops`. */
export function readValue(raw: unknown, place: { loops: number; order: number }): MeasuredValue | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const object = raw as JsonObject;
  const names = ['wallNs', 'cpuNs', 'involuntarySwitches', 'minorFaults', 'majorFaults'] as const;
  const numbers = names.map((name) => readCount(object, name));
  const [wallNs, cpuNs, involuntarySwitches, minorFaults, majorFaults] = numbers;
  if (numbers.includes(null)) return null;
  return {
    loops: place.loops,
    wallNs: wallNs ?? 0,
    cpuNs: cpuNs ?? 0,
    involuntarySwitches: involuntarySwitches ?? 0,
    minorFaults: minorFaults ?? 0,
    majorFaults: majorFaults ?? 0,
    order: place.order,
  };
}

export function readNumbers(raw: unknown): Answer | null {
  if (!Array.isArray(raw)) return null;
  const isAnswer = raw.every((item) => typeof item === 'number' || isText(item));
  return isAnswer && raw.length <= MAXIMUM_ITEMS ? (raw as Answer) : null;
}

export function readTexts(raw: unknown): readonly string[] | null {
  return Array.isArray(raw) && raw.length <= MAXIMUM_ITEMS && raw.every((item) => isText(item)) ? raw : null;
}

const MAXIMUM_METRICS = 64;
/** What a metric may be called: short, and without control characters, since the name stands in tables and reports. */
const METRIC_NAME = /^[^\p{C}]{1,100}$/u;

/**
 * The finite numbers under `@result` of a script's last line (DESIGN.md section 4), or why there are none. What has a
 * name that no table could show is left out, like what is no number.
 */
export function readScriptMetrics(
  lastLine: string | null,
): { readonly metrics: Readonly<Record<string, number>> } | { readonly problem: string } {
  if (lastLine === null) return { problem: 'it is far too long' };
  const printed = parseObject(lastLine);
  if (printed === null) {
    return {
      problem: lastLine === '' ? 'it printed nothing' : `it is ${JSON.stringify(lastLine.slice(0, 80))}`,
    };
  }
  const result = printed['@result'] ?? {};
  if (typeof result !== 'object' || Array.isArray(result)) return { problem: '"@result" is not an object' };
  const numbers = Object.entries(result)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]))
    .filter(([name]) => METRIC_NAME.test(name))
    .slice(0, MAXIMUM_METRICS);
  return { metrics: Object.fromEntries(numbers) };
}
