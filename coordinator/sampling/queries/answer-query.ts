// Every query about a space, by its kind: one file each. All requests and answers are plain data.
import type { Spaces } from '../spaces.ts';
import { checkStack, type CheckAnswer, type CheckRequest } from './check-stack.ts';
import { countStacks, type CountAnswer, type CountRequest } from './count-stacks.ts';
import { explainRequest, type ExplainAnswer, type ExplainRequest } from './explain-request.ts';
import { findNeighbours, type NeighboursAnswer, type NeighboursRequest } from './find-neighbours.ts';
import { unmatchedRules, type UnmatchedAnswer, type UnmatchedRequest } from './unmatched-rules.ts';
import { frameCoverage, type CoverageAnswer, type CoverageRequest } from './frame-coverage.ts';

export interface Queries {
  readonly count: { readonly request: CountRequest; readonly answer: CountAnswer };
  readonly explain: { readonly request: ExplainRequest; readonly answer: ExplainAnswer };
  readonly check: { readonly request: CheckRequest; readonly answer: CheckAnswer };
  readonly neighbours: { readonly request: NeighboursRequest; readonly answer: NeighboursAnswer };
  readonly unmatched: { readonly request: UnmatchedRequest; readonly answer: UnmatchedAnswer };
  readonly coverage: { readonly request: CoverageRequest; readonly answer: CoverageAnswer };
}

export type QueryKind = keyof Queries;

type Answerers = {
  readonly [Kind in QueryKind]: (
    spaces: Spaces,
    request: Queries[Kind]['request'],
  ) => Promise<Queries[Kind]['answer']>;
};

const ANSWERERS: Answerers = {
  count: countStacks,
  explain: explainRequest,
  check: checkStack,
  neighbours: findNeighbours,
  coverage: frameCoverage,
  unmatched: unmatchedRules,
};

export function answerQuery<Kind extends QueryKind>(
  spaces: Spaces,
  kind: Kind,
  request: Queries[Kind]['request'],
): Promise<Queries[Kind]['answer']> {
  return ANSWERERS[kind](spaces, request);
}
