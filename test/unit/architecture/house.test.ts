// The order of the house: where things may be written down, and that every test stands where its source stands.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENT_VARIABLES } from '../../../agent/config.ts';
import { COORDINATOR_VARIABLES } from '../../../coordinator/config.ts';
import { TROOP_VERSION } from '../../../shared/runtime/version.ts';
import { codeOnly, repositoryRoot, sourceFiles } from '../../support/source-files.ts';

const TOP_LEVEL = [
  'agent',
  'coordinator',
  'deploy',
  'shared',
  'test',
  'package.json',
  'tsconfig.json',
  'README.md',
  'package-lock.json',
  'LICENSE',
  'tsconfig.build.json',
  'vitest.config.ts',
];
const TEST_FOLDERS = [
  'unit',
  'property',
  'contract',
  'integration',
  'simulation',
  'e2e',
  'chaos',
  'bench',
  'fixtures',
  'support',
  'README.md',
];
/** Variables that Troop sets for the programs that it starts, and that no person sets. */
const FOR_CHILDREN = ['TROOP_PADDING', 'TROOP_PYPERF_OUTPUT', 'TROOP_SANDBOX'];
/** Of both programs, read where a terminal is made. */
const OF_BOTH = ['TROOP_NO_PROGRESS'];

describe('the house', () => {
  it('has the top level of its plan', async () => {
    const names = await readdir(repositoryRoot);
    const mine = names.filter((name) => !name.startsWith('.') && !['node_modules', 'dist'].includes(name));
    expect(mine.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
  });

  it('has one version', async () => {
    const text = await readFile(join(repositoryRoot, 'package.json'), 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(TROOP_VERSION);
  });

  it('names subjects of the wire in one file', async () => {
    const others = (await sourceFiles()).filter(({ path }) => path !== 'shared/protocol/subjects.ts');
    const subject = /['"`]troop\.(?:offer|result|log|claim|renew|heartbeat|control|scrape)/;
    // Comments may name them: they explain.
    const named = others.filter(({ text }) => subject.test(text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')));
    expect(named.map(({ path }) => path)).toEqual([]);
  });

  it('has no barrels, no default exports, no enums, no lint suppressions', async () => {
    const files = await sourceFiles();
    const broken = files.flatMap(({ path, text }) => {
      const code = codeOnly(text);
      const isBarrel =
        /^export \* from/m.test(code) ||
        (/^export \{/m.test(code) && !/^(?!export \{|import |\s|\}|$)/m.test(code));
      const isWrong = isBarrel || /^export default|^(?:export )?(?:const )?enum /m.test(code);
      return isWrong || /(?:oxlint|eslint)-disable|@ts-(?:ignore|expect-error|nocheck)/.test(text)
        ? [path]
        : [];
    });
    expect(broken).toEqual([]);
  });

  it('begins every module with why it exists', async () => {
    const files = await sourceFiles();
    const silent = files.filter(({ text }) => !/^(?:#![^\n]*\n)?\/(?:\/ |\*\*)/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe('settings', () => {
  const documented = [...Object.keys(COORDINATOR_VARIABLES), ...Object.keys(AGENT_VARIABLES), ...OF_BOTH];

  it('are in the table of their program before they are read', async () => {
    const read = (await sourceFiles()).flatMap(({ text }) =>
      [...text.matchAll(/(?:\[['"]|\.|, ['"]|^ {2})(TROOP_[A-Z_]+)\b/gm)].map((match) => match[1] ?? ''),
    );
    const streams = ['TROOP_OFFERS', 'TROOP_RESULTS', 'TROOP_LOGS'];
    const unknown = new Set(
      read.filter((name) => ![...documented, ...FOR_CHILDREN, ...streams].includes(name)),
    );
    unknown.delete('TROOP_VERSION');
    expect([...unknown]).toEqual([]);
  });

  it('are explained to the reader, each in back-ticks, in the section Settings of the README', async () => {
    const readme = await readFile(join(repositoryRoot, 'README.md'), 'utf8');
    const section = /^## Settings$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme)?.[1] ?? '';
    const named = [...section.matchAll(/`(TROOP_[A-Z_]+)`/g)].map((match) => match[1] ?? '');
    expect(named.toSorted()).toEqual([...new Set(documented)].toSorted());
  });
});

describe('tests', () => {
  it('stand in the folders of the plan', async () => {
    const names = await readdir(join(repositoryRoot, 'test'));
    expect(names.filter((name) => !TEST_FOLDERS.includes(name))).toEqual([]);
  });

  it('of single modules mirror the sources, folder by folder', async () => {
    const tests = (await sourceFiles(['test/unit'])).filter(({ path }) => path.endsWith('.test.ts'));
    const lost: string[] = [];
    for (const { path } of tests) {
      const folder = path.replace(/^test\/unit\//, '').replace(/\/[^/]+$/, '');
      if (folder === 'architecture') continue;
      const exists = await stat(join(repositoryRoot, folder)).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (!exists) lost.push(path);
    }
    expect(lost).toEqual([]);
  });

  it('skip nothing, and run whole', async () => {
    const tests = (await sourceFiles(['test'])).filter(({ path }) => path.endsWith('.ts'));
    const partial = tests.filter(({ text }) =>
      /\b(?:it|test|describe)\.(?:only|todo|skip)\(/.test(codeOnly(text)),
    );
    expect(partial.map(({ path }) => path)).toEqual([]);
  });
});
