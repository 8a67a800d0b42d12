// The registry of indicators, and what it makes of a benchmark that somebody asked for: complete parameters, or an error
// that names the one that is wrong.
import { TroopError } from '../../errors/troop-error.ts';
import { WALL, type BenchmarkSpec, type MetricDefinition, type Parameters } from '../benchmark.ts';
import { parameterProblem, type IndicatorDescriptor } from './indicator.ts';
import { classify, dataframe, fft, hello, importTime, linalg, matmul, ufunc } from './members.ts';

export type IndicatorRegistry = ReadonlyMap<string, IndicatorDescriptor>;

export const indicators: IndicatorRegistry = new Map(
  [hello, importTime, matmul, linalg, fft, ufunc, dataframe, classify].map((one) => [one.name, one]),
);

/** @throws TROOP-1502 for a name that is not registered */
export function findIndicator(name: string, registry: IndicatorRegistry = indicators): IndicatorDescriptor {
  const descriptor = registry.get(name);
  if (descriptor !== undefined) return descriptor;
  const reason = `there is no indicator of that name; there are ${[...registry.keys()].join(', ')}`;
  throw new TroopError('TROOP-1502', { benchmark: name, reason });
}

/** All parameters of the indicator: the given ones, checked, and the defaults of the others. @throws TROOP-1502 */
export function completeParameters(descriptor: IndicatorDescriptor, given: Parameters): Parameters {
  const refuse = (reason: string): never => {
    throw new TroopError('TROOP-1502', { benchmark: descriptor.name, reason });
  };
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(descriptor.parameters, name));
  if (unknown !== undefined) {
    const known = Object.keys(descriptor.parameters).join(', ');
    refuse(`it has no parameter ${unknown}; it has ${known}`);
  }
  return Object.fromEntries(
    Object.entries(descriptor.parameters).map(([name, definition]) => {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined) {
        return definition.kind === 'texts'
          ? refuse(`its parameter ${name} must be given`)
          : [name, definition.default];
      }
      const problem = parameterProblem(definition, value);
      if (problem !== null) refuse(`its parameter ${name} ${problem}`);
      return [name, value];
    }),
  );
}

/** Names that a script's parameters may have: they become environment variables. */
const VARIABLE_NAME = /^[A-Za-z_]\w{0,127}$/u;
/** What decides how a process runs is not a parameter of it. */
const RESERVED = /^(PATH|HOME|TMPDIR|LANG|LD_.*|DYLD_.*|PYTHON.*|TROOP_.*)$/u;

function checkScriptParameters(spec: Extract<BenchmarkSpec, { script: unknown }>): void {
  for (const [name, value] of Object.entries(spec.parameters)) {
    const isUsable = VARIABLE_NAME.test(name) && !RESERVED.test(name) && !Array.isArray(value);
    if (isUsable) continue;
    const reason = `its parameter ${name} cannot be an environment variable of a script`;
    throw new TroopError('TROOP-1502', { benchmark: spec.script.name, reason });
  }
}

/**
 * The benchmark with all its parameters, so that a later default does not change what was asked; call it where a campaign
 * is created. @throws TROOP-1502
 */
export function completeBenchmark(
  spec: BenchmarkSpec,
  registry: IndicatorRegistry = indicators,
): BenchmarkSpec {
  if ('script' in spec) {
    checkScriptParameters(spec);
    return spec;
  }
  const descriptor = findIndicator(spec.indicator, registry);
  return { indicator: spec.indicator, parameters: completeParameters(descriptor, spec.parameters) };
}

/** The metrics that a benchmark has beforehand; a script adds those that it reports (`scriptMetric`). */
export function benchmarkMetrics(
  spec: BenchmarkSpec,
  registry: IndicatorRegistry = indicators,
): readonly MetricDefinition[] {
  return 'script' in spec ? [WALL] : findIndicator(spec.indicator, registry).metrics;
}

/**
 * The shortest form of a benchmark, checked: parameters that have their default values are left out, so that `matmul`
 * and `matmul(size=512)` are one benchmark with one key. @throws TROOP-1502
 */
export function canonicalBenchmark(
  spec: BenchmarkSpec,
  registry: IndicatorRegistry = indicators,
): BenchmarkSpec {
  const complete = completeBenchmark(spec, registry);
  if ('script' in complete) return complete;
  const definitions = findIndicator(complete.indicator, registry).parameters;
  const isDefault = (name: string, value: unknown): boolean => {
    const definition = definitions[name];
    return definition !== undefined && 'default' in definition && definition.default === value;
  };
  const told = Object.entries(complete.parameters).filter(([name, value]) => !isDefault(name, value));
  return { indicator: complete.indicator, parameters: Object.fromEntries(told) };
}
