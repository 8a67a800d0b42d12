// Gathers the lines of all files of a run, and prints their figures as a table when it is over.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LINES_VARIABLE } from './figures.ts';
import { tableOf } from './table.ts';

let directory = '';

export async function setup(): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'troop-bench-'));
  const file = join(directory, 'lines.jsonl');
  await writeFile(file, '');
  process.env[LINES_VARIABLE] = file;
}

export async function teardown(): Promise<void> {
  const text = await readFile(join(directory, 'lines.jsonl'), 'utf8');
  await rm(directory, { recursive: true });
  delete process.env[LINES_VARIABLE];
  const table = tableOf(text.split('\n').filter((line) => line !== ''));
  if (table !== '') process.stdout.write(`\n${table}`);
}
