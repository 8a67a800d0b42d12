import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHttpCache, type HttpCache } from '../../../coordinator/knowledge/http/http-cache.ts';
import type { HttpClient } from '../../../coordinator/knowledge/http/http-client.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Answers every address with the same page, to be kept for a day. */
function sameEverywhere(): { client: HttpClient; asked: string[] } {
  const asked: string[] = [];
  const client: HttpClient = {
    request: ({ url }) => {
      asked.push(url);
      const headers = { 'cache-control': 'max-age=86400', 'content-type': 'text/html' };
      return Promise.resolve({ status: 200, headers, url, body: Buffer.from('<a></a>') });
    },
    open: () => Promise.reject(new Error('nobody opens here')),
    bytesReceived: () => 0,
  };
  return { client, asked };
}

const page = (cache: HttpCache, client: HttpClient, url: string) =>
  cache.request(client, { url, maximumBytes: 1000, signal: new AbortController().signal });

it('keeps to its bound, however many addresses have one and the same answer', async () => {
  await withTemporaryDirectory(async (directory) => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const clock = { ...systemClock, nowMs: () => (nowMs += 1000) };
    const cache = openHttpCache({ directory, maximumBytes: 5000, clock, ids: uuidIds(systemClock) });
    const { client, asked } = sameEverywhere();
    for (let number = 0; number < 40; number++) await page(cache, client, `https://index.example/${number}/`);
    expect(await cache.prune()).toBeLessThanOrEqual(5000);
    expect(await bytesIn(directory)).toBeLessThanOrEqual(5000);
    await page(cache, client, 'https://index.example/39/');
    await page(cache, client, 'https://index.example/39/');
    expect(asked.filter((url) => url.endsWith('/39/')).length).toBeLessThanOrEqual(2);
  });
});
