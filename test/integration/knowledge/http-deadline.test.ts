import { afterEach, expect, it } from 'vitest';
import { startFakeIndex, type FakeIndex } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder } from '../../support/fake-index-access.ts';
import { makeWheel, sha256Of } from '../../support/fake-index-files.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const wheel = makeWheel({ name: 'demo', version: '1.0' });

async function open(
  fault: Parameters<FakeIndex['fail']>[1] | null,
  deadlineMs: number,
): Promise<{ read: () => Promise<number>; close: () => void }> {
  const index = await startFakeIndex();
  index.add('demo', wheel);
  if (fault !== null) index.fail(/\.whl$/, fault);
  const access = await openTestAccess({ indexUrl: index.url });
  closing.push(
    () => index.close(),
    () => access.close(),
    () => removeFolder(access.directory),
  );
  const url = new URL(`files/${sha256Of(wheel.bytes)}/${wheel.filename}`, index.url).href;
  const signal = new AbortController().signal;
  const stream = await access.client.open({ url, maximumBytes: 1e12, signal, deadlineMs });
  return {
    close: () => stream.close(),
    read: async () => {
      let bytes = 0;
      for await (const chunk of stream.body) bytes += chunk.length;
      return bytes;
    },
  };
}

it('a body that goes on past the deadline is given up, though bytes come all the time', async () => {
  const { read, close } = await open({ kind: 'endless' }, 300);
  await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
  close();
});

it('one that ends before is whole', async () => {
  const { read, close } = await open(null, 60_000);
  expect(await read()).toBe(wheel.bytes.length);
  close();
});
