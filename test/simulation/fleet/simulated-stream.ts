// The stacks of a simulated campaign: a project with so many versions, and some more that may serve as baselines.
import type { OpenStream } from '../../../coordinator/campaign/stack-stream.ts';
import { baselineName, candidateName, fakeStack } from '../../support/fake-stack.ts';

export const streamOf =
  (candidates: number, baselines: number): OpenStream =>
  ({ cursor, purpose, environment }) => {
    let position = typeof cursor === 'number' ? cursor : 0;
    const [limit, nameOf] =
      purpose === 'baselines' ? ([baselines, baselineName] as const) : ([candidates, candidateName] as const);
    return Promise.resolve({
      next: () => {
        if (position >= limit) return Promise.resolve(null);
        position += 1;
        return Promise.resolve(fakeStack(environment, nameOf(position - 1)));
      },
      get cursor() {
        return position;
      },
    });
  };
