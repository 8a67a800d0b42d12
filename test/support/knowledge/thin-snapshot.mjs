// Makes a small fixture of a snapshot: of each release only the file that one target would install, or where there is none
// the first, so that it stays as installable as it was. node test/support/knowledge/thin-snapshot.mjs IN OUT [PYTHON]
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { eligibleFiles } from '../../../dist/shared/stack/eligible.js';
import { canonicalEnvironment } from '../../../dist/shared/stack/environment.js';
import { openTarget } from '../../../dist/shared/stack/target.js';

const [from, to, python = '3.11'] = process.argv.slice(2);
const target = openTarget(canonicalEnvironment({ python, platform: 'linux_x86_64' }));

function thin(line) {
  const release = JSON.parse(line);
  const eligible = eligibleFiles(release, target, { allowYanked: true });
  const kept = eligible === 'any' ? [] : [eligible[0] ?? release.files[0]];
  return JSON.stringify({ ...release, files: kept });
}

const [header, ...releases] = gunzipSync(readFileSync(from)).toString('utf8').trimEnd().split('\n');
writeFileSync(to, gzipSync(`${[header, ...releases.map(thin)].join('\n')}\n`, { level: 9 }));
