// Every query about a space, by its kind: one file each. All requests and answers are plain data.
import type { Spaces } from '../spaces.ts';
import { checkStack, type CheckAnswer, type CheckRequest } from './check-stack.ts';

export interface Queries {
  readonly check: { readonly request: CheckRequest; readonly answer: CheckAnswer };
}

export type QueryKind = keyof Queries;

type Answerers = {
  readonly [Kind in QueryKind]: (
    spaces: Spaces,
    request: Queries[Kind]['request'],
  ) => Promise<Queries[Kind]['answer']>;
};

const ANSWERERS: Answerers = { check: checkStack };

export function answerQuery<Kind extends QueryKind>(
  spaces: Spaces,
  kind: Kind,
  request: Queries[Kind]['request'],
): Promise<Queries[Kind]['answer']> {
  return ANSWERERS[kind](spaces, request);
}
