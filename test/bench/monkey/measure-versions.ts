// A program that compares our PEP 440 with the package that others use, on all versions of the recorded TensorFlow space, in
// one run: only the ratio says anything about another machine.
import { compare, satisfies as theirSatisfies } from '@renovatebot/pep440';
import { join } from 'node:path';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { parseSpecifierSet, specifierAllows } from '../../../shared/stack/specifier.ts';
import { compareVersions, parseVersion } from '../../../shared/stack/version.ts';
import { Meter, print, processorShare } from './measuring.ts';

const [root = ''] = process.argv.slice(2);
const names = ['tensorflow', 'numpy', 'keras', 'protobuf', 'setuptools', 'google-auth', 'grpcio'];
const lookup = await readSnapshotFile(join(root, 'test/fixtures/knowledge/tensorflow-cp311.jsonl.gz'));
const texts = names.flatMap((name) => (lookup.releases(name) ?? []).map(({ version }) => version));
const random = seededRandom('versions');
const pairs = Array.from({ length: 4_096 }, () => [pick(texts), pick(texts)] as const);
const parsed = pairs.map(([a, b]) => [parseVersion(a), parseVersion(b)] as const);
const RANGE = '>=1.21,!=1.24.0,<3';
const range = parseSpecifierSet(RANGE);

function pick(items: readonly string[]): string {
  return items[random.nextBelow(items.length)] ?? '0';
}

const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
const meter = new Meter();
meter.rate('parsedComparisonsPerSecond', 2_000_000, (index) => compareVersions(...at(parsed, index)));
meter.rate('comparisonsPerSecond', 200_000, (index) => {
  const [a, b] = at(pairs, index);
  compareVersions(parseVersion(a), parseVersion(b));
});
meter.rate('theirComparisonsPerSecond', 200_000, (index) => compare(...at(pairs, index)));
meter.rate('parsedMatchesPerSecond', 500_000, (index) => specifierAllows(range, at(parsed, index)[0]));
meter.rate('matchesPerSecond', 20_000, (index) =>
  specifierAllows(parseSpecifierSet(RANGE), parseVersion(at(pairs, index)[0])),
);
meter.rate('theirMatchesPerSecond', 20_000, (index) => theirSatisfies(at(pairs, index)[0], RANGE));
const ratio = (ours: string, theirs: string): number =>
  Math.round(((meter.processor[ours] ?? NaN) / (meter.processor[theirs] ?? NaN)) * 100) / 100;
print({
  bench: 'monkey',
  name: 'PEP 440 beside @renovatebot/pep440, from texts and parsed once',
  comparisonRatio: ratio('comparisonsPerSecond', 'theirComparisonsPerSecond'),
  parsedComparisonRatio: ratio('parsedComparisonsPerSecond', 'theirComparisonsPerSecond'),
  matchRatio: ratio('matchesPerSecond', 'theirMatchesPerSecond'),
  parsedMatchRatio: ratio('parsedMatchesPerSecond', 'theirMatchesPerSecond'),
  ...meter.wall,
  byProcessorTime: meter.processor,
  processorShare: processorShare(),
});
