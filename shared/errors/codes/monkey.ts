// 19xx: state space, sampling.
import { defineCodes } from '../entry.ts';

export const monkeyCodes = defineCodes({
  'TROOP-1901': {
    message: 'the knowledge base lacks projects that a stack may need: {names}',
    hint: 'Run: troop knowledge sync {names} - together with all else that the stacks are made from: a sync holds what it is asked for, and what that needs, alone. What an earlier one holds is taken with --snapshot ID (troop knowledge list). See that the indexes which are named are among those that were synced. With --missing assume (in a campaign, missing: assume) each counts as one release without requirements.',
    retryable: false,
    exitCode: 5,
    httpStatus: 422,
  },
  'TROOP-1902': {
    message: '{name} is required by a URL, which cannot be sampled',
    hint: 'Name a project of an index with a version range instead.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1903': {
    message: 'the request has no requirement',
    hint: 'Give at least one requirement, such as: numpy>=1.24',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1904': {
    message: 'there is no sampling strategy "{name}"',
    hint: 'Choose one of: {known}.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1905': {
    message: 'no stack satisfies the request: {reason}',
    hint: "Loosen the requirements, or choose another environment; 'troop stack explain' with the same request says why.",
    retryable: false,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1906': {
    message: 'the cursor does not belong to a stream of the strategy {strategy}: {reason}',
    hint: 'Resume with the cursor that the same version of Troop gave for the same strategy, seed and knowledge snapshot.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1907': {
    message: 'no stack was found within {steps} steps of search',
    hint: 'The requirements conflict in a deep way: narrow them, or sync less of the past with --latest.',
    retryable: false,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1908': {
    message: 'the sampling strategy {strategy} cannot take {parameter}: {reason}',
    hint: 'The README of coordinator/monkey/strategies lists what each strategy takes.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1909': {
    message:
      'the state space is too intricate to be compiled: given up after {nodes} nodes for lack of {reason}',
    hint: 'Use uniform, coverage, random-walk, latest or lowest, which need no compiled space, or narrow the requirements.',
    retryable: false,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1917': {
    message:
      'a stream of the strategy {strategy} was told a result of stack {position}, but has given {emitted} stacks',
    hint: 'The log of results belongs to another stream: resume with the one of the same campaign, environment and seed.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1930': {
    message:
      '{what} needs the compiled state space, which was given up after {nodes} nodes for lack of {reason}',
    hint: 'Narrow the requirements, or give it more with --max-nodes and --time.',
    retryable: false,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1931': {
    message: '"{text}" is no condition on stacks: {reason}',
    hint: "Give names with versions, such as: --where 'numpy==1.26.4' --where 'scipy>=1.10'",
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1932': {
    message: 'no stack of the space has the project {name}',
    hint: "Check the spelling: 'troop stack count' with the same request lists the projects that stacks have.",
    retryable: false,
    exitCode: 5,
    httpStatus: 422,
  },
  // Rules, alternatives and pipelines, which change what a space holds.
  'TROOP-1940': {
    message: '{project} is in two groups of alternatives, or twice the head of one ({head})',
    hint: 'Name each project in one group alone; a group may be as long as you like.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1941': {
    message: 'there is no kind of rule that says {keys}',
    hint: 'A rule has one of these keys: {known}. Beside it, "when" says where it applies.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1942': {
    message: 'the rule {rule} cannot take {parameter}: {reason}',
    hint: 'The README of coordinator/monkey/rules shows what each kind of rule takes.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1943': {
    message: 'the rule that rejects {rule} names {projects}, of which more than two are only in some stacks',
    hint: 'Reject fewer of them together, or ask for one of them in the requirements, so that every stack has it.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1945': {
    message: 'the pipeline file is not valid: {place}: {reason}',
    hint: 'It is a mapping of boots, pseudonyms, sieves, steps, strides and wraps, each a list of units with a name and a configuration.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1946': {
    message: 'the pipeline has the unit {unit} ({kind}), for which there is no counterpart',
    hint: 'Leave it out, or say what it does with rules of the campaign file. Known units: {known}.',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
});
