// What `troop stack sample` writes: the same stream whole, in parts and in pages, in every form, no faster than it is read.
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remoteStacks } from '../../../../../../coordinator/cli/commands/stack/open-stacks.ts';
import type { SampleFlags } from '../../../../../../coordinator/cli/commands/stack/sample-flags.ts';
import { sample } from '../../../../../../coordinator/cli/commands/stack/sample.ts';
import { writeText } from '../../../../../../coordinator/cli/commands/stack/write-text.ts';
import type { Release } from '../../../../../../shared/stack/release.ts';
import type { Stack } from '../../../../../../shared/stack/stack.ts';
import { release } from '../../../../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../../../../support/monkey/made-up-knowledge.ts';
import { SMALL_WORLD } from '../../../../../support/monkey/small-world.ts';
import { keptStackTools, type KeptTools } from '../../../../../support/monkey/stack-tools.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

const MANY = madeUpKnowledge({ seed: '5', releases: 6 });
const WITH_FILES: readonly Release[] = ['1.0', '1.1', '2.0'].map((version, digit) =>
  release('lib', version, [], {
    files: [
      { filename: `lib-${version}-py3-none-any.whl`, sha256: String(digit).repeat(64), url: 'lib.example/x' },
    ],
  }),
);

const flagsOf = (flags: Partial<SampleFlags>): SampleFlags => ({
  count: '10',
  seed: '7',
  strategy: 'uniform',
  format: 'jsonl',
  ...flags,
});

interface Sampled {
  readonly status: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

async function drawn(
  { tools, stdout, stderr }: KeptTools,
  requirement: string,
  flags: Partial<SampleFlags> = {},
): Promise<Sampled> {
  const status = await sample(tools, [requirement], flagsOf(flags));
  return { status, lines: stdout().split('\n').slice(0, -1), stderr: stderr() };
}

const cursorOf = ({ stderr }: Sampled): string => /--resume '(.*)'/.exec(stderr)?.[1] ?? '';

describe('a stream', () => {
  it('is the same in one call, in shards, and resumed', async () => {
    const whole = await drawn(keptStackTools(MANY), 'suite', { count: '1000' });
    expect(whole.status).toBe(0);
    expect(new Set(whole.lines).size).toBe(1000);
    const shards = await Promise.all(
      ['1/3', '2/3', '3/3'].map((shard) => drawn(keptStackTools(MANY), 'suite', { count: '300', shard })),
    );
    const dealt = whole.lines
      .slice(0, 900)
      .map((_, index) => shards[index % 3]?.lines[(index - (index % 3)) / 3]);
    expect(dealt).toEqual(whole.lines.slice(0, 900));
    const more = await drawn(keptStackTools(MANY), 'suite', { count: '5', resume: cursorOf(whole) });
    const longer = await drawn(keptStackTools(MANY), 'suite', { count: '1005' });
    expect([...whole.lines, ...more.lines]).toEqual(longer.lines);
    expect(cursorOf(more)).toBe(cursorOf(longer));
  });

  it('of a strategy that must be replayed is dealt out the same way', async () => {
    const options = { strategy: 'random-walk', count: '20' };
    const whole = await drawn(keptStackTools(MANY), 'suite', options);
    const even = await drawn(keptStackTools(MANY), 'suite', { ...options, count: '10', shard: '2/2' });
    expect(even.lines).toEqual(whole.lines.filter((_, index) => index % 2 === 1));
  });

  it('comes in pages from a coordinator, and reads the same', async () => {
    const here = await drawn(keptStackTools(MANY), 'suite', { count: '700' });
    const there = keptStackTools(MANY);
    const asked: number[] = [];
    const post = async <Answer>(_path: string, body?: unknown): Promise<Answer> => {
      const wanted = body as Parameters<typeof there.tools.stacks.sample>[0];
      asked.push(wanted.count);
      const { lines, ...rest } = await there.tools.stacks.sample(wanted);
      const stacks = lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as unknown);
      return JSON.parse(JSON.stringify({ stacks, ...rest })) as Answer;
    };
    const stacks = remoteStacks({ post } as Parameters<typeof remoteStacks>[0]);
    const paged = await drawn({ ...there, tools: { ...there.tools, stacks } }, 'suite', { count: '700' });
    expect(paged).toEqual(here);
    expect(Math.max(...asked)).toBeLessThanOrEqual(250);
    expect(asked.reduce((sum, count) => sum + count)).toBe(700);
  });

  it('that ends before its count says so, with status 1', async () => {
    const all = await drawn(keptStackTools(SMALL_WORLD), 'app', { count: '9' });
    expect(all).toMatchObject({ status: 1, stderr: 'the space holds no more: 4 of 9\n' });
    expect(new Set(all.lines.map((line) => (JSON.parse(line) as Stack).stack_id)).size).toBe(4);
  });
});

describe('the form', () => {
  it('is a file for each stack, numbered, in an empty folder', async () => {
    const forms = {
      requirements: /^# sha256:[^\n]*\nlib==[\d.]+ \\\n {4}--hash=sha256:/,
      pylock: /lock-version = "1\.0"/,
      'pipfile-lock': /"pipfile-spec": 6/,
      jsonl: /^\{"stack_id":"sha256:[^\n]*\}\n$/,
    };
    for (const [format, form] of Object.entries(forms)) {
      const output = join(directory.path, 'out', format);
      const written = await drawn(keptStackTools(WITH_FILES), 'lib', { count: '3', format, output });
      expect(written).toMatchObject({ status: 0, lines: [], stderr: `3 stacks written to ${output}\n` });
      const files = (await readdir(output, { recursive: true, withFileTypes: true }))
        .filter((one) => one.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
      for (const number of ['1', '2', '3']) {
        expect(files.some((path) => path.slice(output.length).includes(number))).toBe(true);
      }
      const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')));
      expect(texts.filter((text) => form.test(text))).toHaveLength(3);
    }
    const output = join(directory.path, 'out', 'jsonl');
    await expect(drawn(keptStackTools(WITH_FILES), 'lib', { output })).rejects.toMatchObject({
      code: 'TROOP-1012',
    });
  });

  it('may be accompanied by a report of what was asked for and written', async () => {
    const report = join(directory.path, 'report.json');
    expect(await drawn(keptStackTools(WITH_FILES), 'lib', { count: '2', report })).toMatchObject({
      status: 0,
    });
    const { result } = JSON.parse(await readFile(report, 'utf8')) as {
      result: { report: { responses: unknown[] } };
    };
    expect(result.report.responses).toHaveLength(2);
  });

  it('has in its report what rules score, and is printed with it where the stacks are not', async () => {
    const rules = join(directory.path, 'score.yaml');
    await writeFile(rules, '- {score: "lib>=2", by: 1.5}\n- {score: lib, by: 0.25, when: {python: "3.9"}}\n');
    const output = join(directory.path, 'out', 'scored');
    const { status, lines } = await drawn(keptStackTools(WITH_FILES), 'lib', {
      count: '2',
      strategy: 'latest',
      rules: [rules],
      format: 'requirements',
      output,
      report: '-',
    });
    const { result } = JSON.parse(lines.join('\n')) as { result: { report: { responses: unknown[] } } };
    expect(status).toBe(0);
    expect(result.report.responses).toMatchObject([
      {
        product: {
          score: 1.5,
          justification: [
            { type: 'INFO' },
            { message: 'a rule scores lib 2.0 with 1.5', type: 'INFO', package_name: 'lib' },
          ],
        },
      },
      { product: { score: 0, justification: [{ type: 'INFO' }] } },
    ]);
  });

  it('leaves a report of what went wrong', async () => {
    const report = join(directory.path, 'failed.json');
    const flags = { constraint: ['lib<0'], report };
    await expect(drawn(keptStackTools(WITH_FILES), 'lib', flags)).rejects.toMatchObject({
      code: 'TROOP-1905',
    });
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
      result: {
        error: true,
        error_msg: expect.stringContaining('no stack satisfies the request') as string,
        report: { skipped: 0, responses: [] },
      },
    });
  });

  it('with hashes is refused for a release that has none', async () => {
    await expect(drawn(keptStackTools(SMALL_WORLD), 'app', { format: 'pylock' })).rejects.toMatchObject({
      code: 'TROOP-1819',
    });
  });
});

it.each([
  [{ count: 'many' }, 'TROOP-1002', 2],
  [{ count: '0' }, 'TROOP-1002', 2],
  [{ format: 'poetry' }, 'TROOP-1002', 2],
  [{ output: 'https://amun.example/api/v1' }, 'TROOP-1002', 2],
  [{ report: 'https://host.example/report' }, 'TROOP-1002', 2],
  [{ report: '-' }, 'TROOP-1002', 2],
  [{ shard: '3/2' }, 'TROOP-1002', 2],
  [{ shard: 'half' }, 'TROOP-1002', 2],
  [{ resume: 'yesterday' }, 'TROOP-1002', 2],
  [{ resume: '{"emitted":1}' }, 'TROOP-1906', 2],
  [{ strategy: 'luck' }, 'TROOP-1904', 2],
  [{ constraint: ['lib<0'] }, 'TROOP-1905', 1],
  [{ python: '2.7' }, 'TROOP-1807', 2],
  [{ platform: 'amiga' }, 'TROOP-1808', 2],
  [{ excludeNewer: 'yesterday' }, 'TROOP-1820', 2],
  [{ constraint: ['lib=>1'] }, 'TROOP-1804', 2],
])('%j ends with %s, status %i', async (flags, code, exitCode) => {
  await expect(drawn(keptStackTools(WITH_FILES), 'lib', flags)).rejects.toMatchObject({ code, exitCode });
});

it('waits for a reader that is slower', async () => {
  const taken: (() => void)[] = [];
  const slow = new Writable({ highWaterMark: 4, write: (_chunk, _encoding, done) => void taken.push(done) });
  let isWritten = false;
  const written = writeText(slow, 'more than four').then(() => (isWritten = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isWritten).toBe(false);
  const drained = once(slow, 'drain');
  taken.shift()?.();
  await drained;
  await written;
  expect(isWritten).toBe(true);
});
