// Makes a small fixture of a snapshot: of each release only the file that one target would install, or where there is none
// the first, so that it stays as installable as it was. A program: the README of test/fixtures/knowledge says how to run it.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { eligibleFiles } from '../../../shared/stack/eligible.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { parseReleaseLine } from '../../../shared/stack/snapshot.ts';
import { openTarget } from '../../../shared/stack/target.ts';

const [from = '', to = '', python = '3.11'] = process.argv.slice(2);
const target = openTarget(canonicalEnvironment({ python, platform: 'linux_x86_64' }));

function thin(line: string, index: number): string {
  const release = parseReleaseLine(line, index + 2);
  const eligible = eligibleFiles(release, target, { allowYanked: true });
  const kept = eligible === 'any' ? undefined : (eligible[0] ?? release.files[0]);
  return JSON.stringify({ ...release, files: kept === undefined ? [] : [kept] });
}

const [header = '', ...releases] = gunzipSync(readFileSync(from)).toString('utf8').trimEnd().split('\n');
writeFileSync(to, gzipSync(`${[header, ...releases.map(thin)].join('\n')}\n`, { level: 9 }));
