// A program that streams a million uniform stacks in mixed forms to nowhere, and says what memory it had on the way.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { StackLines } from '../../../shared/stack/stack-lines.ts';
import { peakMiB, print, processorShare, rssMiB } from './measuring.ts';

const [root = '', count = '1000000'] = process.argv.slice(2);
const lookup = await readSnapshotFile(join(root, 'test/fixtures/knowledge/tensorflow-cp311.jsonl.gz'));
const space = openStateSpace({
  requirements: [parseRequirement('tensorflow')],
  lookup,
  environment: canonicalEnvironment({ python: '3.11', platform: 'linux_x86_64' }),
});

const lines = new StackLines();
/** What a stack is written as: in turn one JSON line, pins, and its id. */
const FORMS: readonly ((stack: Stack) => string)[] = [
  (stack) => `${lines.line(stack)}\n`,
  ({ packages }) => `${packages.map(({ name, version }) => `${name}==${version}`).join('\n')}\n\n`,
  ({ stack_id: id }) => `${id}\n`,
];

const stream = strategyNamed('uniform').open(space, { seed: 'bench' });
const nowhere = createWriteStream('/dev/null');
const memory: Record<string, number> = { '0': rssMiB() };
const started = performance.now();
for (let index = 1; index <= Number(count); index++) {
  const stack = stream.next();
  const form = FORMS[index % FORMS.length];
  if (stack !== null && form !== undefined && !nowhere.write(form(stack))) await once(nowhere, 'drain');
  if ([10_000, 100_000, 1_000_000].includes(index)) memory[String(index)] = rssMiB();
}
print({
  bench: 'monkey',
  name: `stream of ${count} stacks, tensorflow recorded, mixed forms`,
  rssMiBAfterStacks: memory,
  peakMiB: peakMiB(),
  linesPerSecond: Math.round((Number(count) / (performance.now() - started)) * 1000),
  processorShare: processorShare(),
});
