// 193x: rules, alternatives and pipelines, which change what a state space holds.
import { defineCodes } from '../entry.ts';

export const rulesCodes = defineCodes({
  'TROOP-1930': {
    message: '{project} is in two groups of alternatives, or twice the head of one ({head})',
    hint: 'Name each project in one group alone; a group may be as long as you like.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1931': {
    message: 'there is no kind of rule that says {keys}',
    hint: 'A rule has one of these keys: {known}. Beside it, "when" says where it applies.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1932': {
    message: 'the rule {rule} cannot take {parameter}: {reason}',
    hint: 'The README of coordinator/monkey/rules shows what each kind of rule takes.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1933': {
    message: 'the rule that rejects {rule} names {projects}, of which more than two are only in some stacks',
    hint: 'Reject fewer of them together, or ask for one of them in the requirements, so that every stack has it.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1934': {
    message: "the policy names the index '{index}', which is not among those that are used: {known}",
    hint: 'Add it to the indexes, or correct its name.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1935': {
    message: 'the pipeline file is not valid: {place}: {reason}',
    hint: 'It is a mapping of boots, pseudonyms, sieves, steps, strides and wraps, each a list of units with a name and a configuration.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1936': {
    message: 'the pipeline has the unit {unit} ({kind}), for which there is no counterpart',
    hint: 'Leave it out, or say what it does with rules of the campaign file. Known units: {known}.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
});
