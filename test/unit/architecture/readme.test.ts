// What the README shows is true: its campaign is accepted and names every key, its commands and links exist.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { completeCampaignFile, parseCampaignFile } from '../../../coordinator/campaign/campaign-file.ts';
import { CampaignFileSchema } from '../../../coordinator/campaign/campaign-schema.ts';
import { defineCampaign } from '../../../coordinator/campaign/define-campaign.ts';
import { addAgentCommands } from '../../../coordinator/cli/nouns/agent.ts';
import { addCampaignCommands } from '../../../coordinator/cli/nouns/campaign.ts';
import { addInspectionCommands } from '../../../coordinator/cli/nouns/inspection.ts';
import { addKnowledgeCommands } from '../../../coordinator/cli/nouns/knowledge.ts';
import { addServeCommands } from '../../../coordinator/cli/nouns/serve.ts';
import { addStackCommands } from '../../../coordinator/cli/nouns/stack.ts';
import { addTokenCommands } from '../../../coordinator/cli/nouns/token.ts';
import { strategies } from '../../../coordinator/monkey/strategies/registry.ts';
import { indicators } from '../../../shared/measurement/indicators/registry.ts';
import { repositoryRoot, sourceFiles } from '../../support/source-files.ts';

let readme: string;
beforeAll(async () => {
  readme = await readFile(join(repositoryRoot, 'README.md'), 'utf8');
});

const fenced = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(readme)?.[1] ?? '';

/** Every key that a schema knows, at any depth. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, items } = schema as { properties?: Readonly<Record<string, unknown>>; items?: unknown };
  return [
    ...Object.entries(properties ?? {}).flatMap(([key, value]) => [key, ...keysOf(value)]),
    ...keysOf(items),
  ];
}

/** `troop campaign list`, for every command of `troop`. */
function commandsOfTroop(): readonly string[] {
  const program = new Command('troop');
  for (const add of [
    addServeCommands,
    addKnowledgeCommands,
    addStackCommands,
    addCampaignCommands,
    addInspectionCommands,
    addAgentCommands,
    addTokenCommands,
  ]) {
    add(program, () => {});
  }
  return program.commands.flatMap((noun) =>
    noun.commands.length === 0
      ? [`troop ${noun.name()}`]
      : noun.commands.map((verb) => `troop ${noun.name()} ${verb.name()}`),
  );
}

describe('the campaign of the README', () => {
  it('is accepted', async () => {
    const file = parseCampaignFile(fenced('yaml'));
    const request = await completeCampaignFile(file, async () =>
      Promise.resolve(Buffer.from(fenced('python'))),
    );
    const { definition, scripts } = defineCampaign(request);
    expect(definition.name).toBe('numpy-on-avx2');
    expect(definition.sampling.mix?.map(({ strategy }) => strategy)).toContain('uniform');
    expect(scripts.map(({ name }) => name)).toEqual(['bench.py']);
  });

  it('names every key that there is', () => {
    const keys = [...new Set(keysOf(CampaignFileSchema))];
    expect(keys.length).toBeGreaterThan(25);
    const example = fenced('yaml');
    expect(keys.filter((key) => !new RegExp(String.raw`\b${key}:`).test(example))).toEqual([]);
  });

  it('names every strategy', () => {
    const line = /^ *# strategy:.*$/m.exec(fenced('yaml'))?.[0] ?? '';
    expect([...strategies.keys()].filter((name) => !line.includes(name))).toEqual([]);
  });
});

describe('the README', () => {
  it('names every command, and no other', () => {
    const block = /^## Commands\n+```\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';
    const named = [...block.matchAll(/^(troop)(?: ([a-z]+))(?: ([a-z|]+))?(?: {2,}.*)?$/gm)].flatMap(
      ([, program, noun, verbs]) =>
        verbs === undefined
          ? [`${program} ${noun}`]
          : verbs.split('|').map((verb) => `${program} ${noun} ${verb}`),
    );
    expect(named.toSorted()).toEqual(commandsOfTroop().toSorted());
  });

  it('names every indicator', () => {
    expect([...indicators.keys()].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the pages of the folders', () => {
  it('link to what exists', async () => {
    const pages = await sourceFiles(['coordinator', 'agent', 'shared', 'test', 'deploy'], ['.md']);
    const broken: string[] = [];
    for (const { path, text } of [{ path: 'README.md', text: readme }, ...pages]) {
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g)) {
        const isThere = await stat(join(repositoryRoot, dirname(path), target)).then(
          () => true,
          () => false,
        );
        if (!isThere) broken.push(`${path} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
