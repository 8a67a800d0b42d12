// What an indicator says about itself: data that both sides need, the coordinator to check a campaign and the agent to
// run it. Its program is `agent/benchmark/indicators/<name>/indicator.py`; a contract test holds both together.
import type { Phase } from '../../inspection/outcome.ts';
import type { MetricDefinition, ParameterValue } from '../benchmark.ts';

interface ParameterBase {
  /** One line for people. */
  readonly describe: string;
}

export type ParameterDefinition =
  | (ParameterBase & {
      readonly kind: 'integer';
      readonly default: number;
      readonly minimum: number;
      readonly maximum: number;
    })
  | (ParameterBase & {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly string[];
    })
  | (ParameterBase & {
      /** A list of texts that must be given; each matches the pattern as a whole. */
      readonly kind: 'texts';
      readonly maximumCount: number;
      readonly pattern: string;
    });

/** How far a number of the answer may lie from the expected one: |seen - expected| <= absolute + relative * |expected|. */
export interface AnswerTolerance {
  readonly relative: number;
  readonly absolute: number;
}

export interface IndicatorDescriptor {
  readonly name: string;
  readonly describe: string;
  /** Distributions that the stack must contain, normalised names. */
  readonly packages: readonly string[];
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  /** The first is the one that a comparison is decided on. */
  readonly metrics: readonly [MetricDefinition, ...MetricDefinition[]];
  /** `resident`: one process gives many values. `fresh`: each value needs a process of its own. */
  readonly launch: 'resident' | 'fresh';
  /** What a stack is doing while a value is taken: `run` unless the indicator measures another phase. */
  readonly phase?: Phase;
  readonly tolerance: AnswerTolerance;
}

export const THREADS: ParameterDefinition = {
  kind: 'integer',
  describe: 'threads that the numeric libraries may use',
  default: 1,
  minimum: 1,
  maximum: 1024,
};

type Definition<Kind> = Extract<ParameterDefinition, { kind: Kind }>;

function integerProblem(definition: Definition<'integer'>, value: ParameterValue): string | null {
  if (typeof value !== 'number' || !Number.isInteger(value)) return 'is not an integer';
  const isInside = value >= definition.minimum && value <= definition.maximum;
  return isInside ? null : `is not between ${definition.minimum} and ${definition.maximum}`;
}

function choiceProblem(definition: Definition<'choice'>, value: ParameterValue): string | null {
  if (typeof value === 'string' && definition.choices.includes(value)) return null;
  return `is none of ${definition.choices.join(', ')}`;
}

function textsProblem(definition: Definition<'texts'>, value: ParameterValue): string | null {
  if (!Array.isArray(value) || value.length === 0) return 'is not a list of texts';
  if (value.length > definition.maximumCount) return `has more than ${definition.maximumCount} items`;
  const pattern = new RegExp(`^(?:${definition.pattern})$`, 'u');
  const wrong: unknown = value.find((item) => typeof item !== 'string' || !pattern.test(item));
  return wrong === undefined ? null : `has the item ${JSON.stringify(wrong)}`;
}

/** The reason why a value is not one for this parameter, or null. */
export function parameterProblem(definition: ParameterDefinition, value: ParameterValue): string | null {
  switch (definition.kind) {
    case 'integer':
      return integerProblem(definition, value);
    case 'choice':
      return choiceProblem(definition, value);
    case 'texts':
      return textsProblem(definition, value);
  }
}
