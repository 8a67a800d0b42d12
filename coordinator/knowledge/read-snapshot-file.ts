// A knowledge snapshot from a file, for commands that need no coordinator.
import type { Release, SnapshotHeader } from '../../shared/stack/release.ts';
import { formatReleaseLine, parseReleaseLine, parseSnapshotHeader } from '../../shared/stack/snapshot.ts';
import { openKnowledgeFile } from './knowledge-file.ts';
import { repeatedRelease } from './repeated-release.ts';
import { snapshotOf, type KnowledgeSnapshot } from './store/release-lookup.ts';
import { snapshotLines } from './store/snapshot-lines.ts';

/** Plain, compressed, or documents of Thoth's solver. Throws TROOP-1008, or the error of the line that does not parse. */
export async function readSnapshotFile(path: string): Promise<KnowledgeSnapshot> {
  const { content } = await openKnowledgeFile(path);
  try {
    return await snapshotIn(snapshotLines(content), `file:${path}`);
  } finally {
    // What was not read to its end stays open otherwise.
    content.destroy();
  }
}

/** Its first line alone. @throws TROOP-1008, TROOP-1813, and TROOP-2008 for a solver document that is not whole */
export async function readSnapshotHeader(path: string): Promise<SnapshotHeader> {
  const { content } = await openKnowledgeFile(path);
  try {
    return await headerIn(snapshotLines(content));
  } finally {
    content.destroy();
  }
}

async function headerIn(lines: AsyncGenerator<string>): Promise<SnapshotHeader> {
  const first = await lines.next();
  return parseSnapshotHeader(first.done === true ? '' : first.value);
}

async function snapshotIn(lines: AsyncGenerator<string>, id: string): Promise<KnowledgeSnapshot> {
  const header = await headerIn(lines);
  const releases = new Map<string, Release[]>();
  const texts = new Map<string, string>();
  let number = 1;
  for await (const line of lines) {
    number += 1;
    const release = parseReleaseLine(line, number);
    const identity = `${release.index}\n${release.name}\n${release.version}`;
    const earlier = texts.get(identity);
    const text = formatReleaseLine(release);
    if (earlier === text) continue;
    if (earlier !== undefined) throw repeatedRelease(release, number);
    texts.set(identity, text);
    const known = releases.get(release.name);
    if (known === undefined) releases.set(release.name, [release]);
    else known.push(release);
  }
  return snapshotOf(id, header, releases);
}
