// Stacks over HTTP: everything that can be asked about the state space of a request.
import type { CheckAnswer } from '../sampling/queries/check-stack.ts';
import type { CountAnswer } from '../sampling/queries/count-stacks.ts';
import type { ExplainAnswer } from '../sampling/queries/explain-request.ts';
import type { NeighboursAnswer } from '../sampling/queries/find-neighbours.ts';
import type { CoverageAnswer } from '../sampling/queries/frame-coverage.ts';
import type { StackPage } from '../sampling/streams.ts';
import { bodyOf } from './input.ts';
import type { Routes } from './server.ts';
import {
  CheckSchema,
  CountSchema,
  CoverageSchema,
  ExplainSchema,
  NeighboursSchema,
  SampleSchema,
  type CheckBody,
  type CountBody,
  type CoverageBody,
  type ExplainBody,
  type NeighboursBody,
  type SampleBody,
} from './stack-schemas.ts';

/** What a reader of an answer should know beside it. */
export interface Noted {
  readonly ruleNotes?: readonly string[];
}

/** The same for the coordinator's knowledge and for a snapshot file; `composition/stack-use-cases.ts` makes both. */
export interface StackUseCases {
  readonly sample: (body: SampleBody) => Promise<StackPage & Noted>;
  readonly count: (body: CountBody) => Promise<CountAnswer & Noted>;
  readonly explain: (body: ExplainBody) => Promise<ExplainAnswer & Noted>;
  readonly check: (body: CheckBody) => Promise<CheckAnswer>;
  readonly neighbours: (body: NeighboursBody) => Promise<NeighboursAnswer & Noted>;
  readonly coverage: (body: CoverageBody) => Promise<CoverageAnswer & Noted>;
}

const PATH = '/api/v1/stacks';

export function stackRoutes(stacks: StackUseCases): Routes {
  return (app) => {
    app.post(`${PATH}/sample`, { schema: { body: SampleSchema } }, async (request, reply) => {
      const page = await stacks.sample(bodyOf(request, SampleSchema));
      return reply.type('application/json; charset=utf-8').send(pageText(page));
    });
    app.post(`${PATH}/count`, { schema: { body: CountSchema } }, (request) =>
      stacks.count(bodyOf(request, CountSchema)),
    );
    app.post(`${PATH}/explain`, { schema: { body: ExplainSchema } }, (request) =>
      stacks.explain(bodyOf(request, ExplainSchema)),
    );
    app.post(`${PATH}/check`, { schema: { body: CheckSchema } }, (request) =>
      stacks.check(bodyOf(request, CheckSchema)),
    );
    app.post(`${PATH}/neighbours`, { schema: { body: NeighboursSchema } }, (request) =>
      stacks.neighbours(bodyOf(request, NeighboursSchema)),
    );
    app.post(`${PATH}/coverage`, { schema: { body: CoverageSchema } }, (request) =>
      stacks.coverage(bodyOf(request, CoverageSchema)),
    );
  };
}

/** The sampling thread has written the stacks already: the event loop does not read them again. */
function pageText({ lines, ...rest }: StackPage & Noted): string {
  return `{"stacks":[${lines.replaceAll('\n', ',')}],${JSON.stringify(rest).slice(1)}`;
}
