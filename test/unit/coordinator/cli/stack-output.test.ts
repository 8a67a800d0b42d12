import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  openStackOutput,
  outputContext,
  type OutputFlags,
} from '../../../../coordinator/cli/stack-output.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import { sampleLock } from '../../../support/sample-lock.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

function recorder(): { terminal: Terminal; out: string[]; said: string[] } {
  const out: string[] = [];
  const said: string[] = [];
  const terminal: Terminal = {
    out: (line) => out.push(line),
    say: (line) => said.push(line),
    raw: () => {},
    isInteractive: false,
    columns: 80,
    style: (_style, text) => text,
  };
  return { terminal, out, said };
}

const context = outputContext({ requirements: ['numpy'], constraints: [] }, [
  { name: 'pip', url: 'file:///wheels' },
]);
const unhashed = { ...sampleLock(), packages: sampleLock().packages.map((one) => ({ ...one, files: [] })) };
const open = (flags: OutputFlags, terminal: Terminal): ReturnType<typeof openStackOutput> =>
  openStackOutput({ flags, terminal, parameters: { seed: '1' }, startedAtMs: 1000 });

describe('the output of sampled stacks', () => {
  it('is printed, one after the other', async () => {
    const { terminal, out } = recorder();
    const output = await open({ format: 'jsonl' }, terminal);
    await output.write(sampleLock(), context);
    await output.write(sampleLock(), context);
    expect(await output.close(2000)).toEqual({ written: 2, skipped: 0 });
    expect(out.map((line) => (JSON.parse(line) as { stack_id: string }).stack_id)).toEqual([
      sampleLock().stack_id,
      sampleLock().stack_id,
    ]);
  });

  it('goes into a folder, numbered, with a report that counts what could not be written', async () => {
    await withTemporaryDirectory(async (directory) => {
      const { terminal, out, said } = recorder();
      const flags = {
        format: 'pipfile',
        output: join(directory, 'new', 'stacks'),
        report: join(directory, 'report.json'),
      };
      const output = await open(flags, terminal);
      await output.write(sampleLock(), context);
      await output.write(unhashed, context);
      await output.write(sampleLock(), context);
      expect(await output.close(5000)).toEqual({ written: 2, skipped: 1 });
      expect(out).toEqual([]);
      expect(said).toEqual([expect.stringContaining('skipped: numpy 1.26.4')]);
      expect((await readdir(flags.output, { recursive: true })).toSorted()).toEqual([
        '1',
        '1/Pipfile',
        '1/Pipfile.lock',
        '2',
        '2/Pipfile',
        '2/Pipfile.lock',
      ]);
      expect(JSON.parse(await readFile(flags.report, 'utf8'))).toMatchObject({
        metadata: { duration: 4 },
        result: {
          parameters: { seed: '1' },
          report: {
            skipped: 1,
            responses: [{ response: join(flags.output, '1') }, { response: join(flags.output, '2') }],
          },
        },
      });
    });
  });

  it('writes over no file, and without a report ends at what cannot be written', async () => {
    await withTemporaryDirectory(async (directory) => {
      await mkdir(join(directory, 'out'));
      await writeFile(join(directory, 'out', '1.txt'), 'mine');
      const flags = { format: 'requirements', output: join(directory, 'out') };
      const output = await open(flags, recorder().terminal);
      await expect(output.write(sampleLock(), context)).rejects.toMatchObject({ code: 'TROOP-1012' });
      await expect(output.write(unhashed, context)).rejects.toMatchObject({ code: 'TROOP-1819' });
      expect(await readFile(join(directory, 'out', '1.txt'), 'utf8')).toBe('mine');
    });
  });

  it('wants a context for Amun', async () => {
    await expect(open({ format: 'amun' }, recorder().terminal)).rejects.toMatchObject({ code: 'TROOP-2009' });
  });
});
