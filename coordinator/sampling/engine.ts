// What is asked of the Dependency Monkey: draws of streams, and queries about spaces. The same in this thread and across
// to the sampling thread.
import { answerQuery, type Queries, type QueryKind } from './queries/answer-query.ts';
import { noLogs, type LearnedLogs } from './learned-log.ts';
import { createSpaces, type LoadSnapshot } from './spaces.ts';
import { createStreams, type Streams } from './streams.ts';

export interface SamplingEngine extends Streams {
  /** Answers one of the queries; each file of `queries/` says what it throws. */
  ask<Kind extends QueryKind>(
    kind: Kind,
    request: Queries[Kind]['request'],
  ): Promise<Queries[Kind]['answer']>;
}

export function createSamplingEngine(loadSnapshot: LoadSnapshot, logs: LearnedLogs = noLogs): SamplingEngine {
  const spaces = createSpaces(loadSnapshot);
  return {
    ...createStreams(spaces, logs),
    ask: (kind, request) => answerQuery(spaces, kind, request),
  };
}
