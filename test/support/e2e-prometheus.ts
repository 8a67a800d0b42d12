// Whether a text is what Prometheus reads: promtool says so where there is one; the rules of the format are checked here
// in any case. https://prometheus.io/docs/instrumenting/exposition_formats/
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# (HELP) (${NAME}) \\S`);
const TYPE = new RegExp(`^# (TYPE) (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"';
const SAMPLE = new RegExp(
  `^(${NAME})(\\{(?:${LABEL}(?:,${LABEL})*)?,?\\})? (?:[+-]?(?:\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|Inf)|NaN)$`,
);

/** What is wrong with it, in sentences; empty when it is valid. */
export function metricProblems(metrics: string): readonly string[] {
  const seen: Seen = { types: new Set(), helped: new Set(), series: new Set() };
  const lines = metrics.split('\n').filter((line) => line !== '');
  const problems = lines.flatMap((line) => problemOf(line, seen) ?? []);
  return metrics.endsWith('\n') ? problems : [...problems, 'the last line has no end'];
}

interface Seen {
  readonly types: Set<string>;
  readonly helped: Set<string>;
  readonly series: Set<string>;
}

function problemOf(line: string, seen: Seen): string | null {
  const [, comment = '', subject = ''] = HELP.exec(line) ?? TYPE.exec(line) ?? [];
  if (comment === '') return sampleProblem(SAMPLE.exec(line), line, seen);
  (comment === 'HELP' ? seen.helped : seen.types).add(subject);
  return null;
}

function sampleProblem(
  sample: RegExpExecArray | null,
  line: string,
  { types, helped, series }: Seen,
): string | null {
  if (sample === null) return `not a line of the format: ${line}`;
  const [, name = '', labels = ''] = sample;
  const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
  if (!types.has(family) || !helped.has(family)) return `${name} has no TYPE or HELP before it`;
  if (series.has(name + labels)) return `${name}${labels} is there twice`;
  series.add(name + labels);
  return null;
}

/** What promtool objects to; null where there is no promtool. */
export async function lintByPromtool(metrics: string): Promise<string | null> {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  child.stdin.on('error', () => {});
  child.stdin.end(metrics);
  try {
    const [said, complained] = await Promise.all([readAll(child.stdout), readAll(child.stderr), ended]);
    return said + complained;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
