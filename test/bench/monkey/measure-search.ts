// A program that measures the searches on a conflict-heavy space: the first stack of `latest` and of `lowest`, the learning
// solver's stack, and its proof that there is none.
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { explainSpace } from '../../../coordinator/monkey/explain/explain-space.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import { benchSnapshot } from '../../support/monkey/bench-cases.ts';
import { Meter, print, processorShare } from './measuring.ts';

const { file, path } = benchSnapshot('pyrax') ?? { file: '', path: '' };
const lookup = await readSnapshotFile(path);
const environment = canonicalEnvironment({ python: '3.8', platform: 'linux_x86_64' });
const open = (...roots: readonly string[]): StateSpace =>
  openStateSpace({
    requirements: roots.map(parseRequirement),
    lookup,
    environment,
    policy: { missing: 'assume' },
  });

const space = open('pyrax==1.9.8');
const contradiction = open('pyrax==1.9.8', 'requests<1');
const meter = new Meter();
meter.time('latestMs', () => strategyNamed('latest').open(space, { seed: '' }).next());
meter.time('lowestMs', () => strategyNamed('lowest').open(space, { seed: '' }).next());
meter.time('solverMs', () => explainSpace(space));
const { stack, sentences } = meter.time('contradictionMs', () => explainSpace(contradiction));
print({
  bench: 'monkey',
  name: `${file}: searches of pyrax==1.9.8`,
  isContradiction: stack === null,
  sentences: sentences.length,
  ...meter.wall,
  byProcessorTime: meter.processor,
  processorShare: processorShare(),
});
