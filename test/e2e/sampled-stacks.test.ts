// What comes out of `troop stack sample` is what was asked for: by the naive oracle for a thousand stacks, by pip for ten
// that are really installed.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSnapshotFile } from '../../coordinator/knowledge/read-snapshot-file.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { parsePylock } from '../../shared/stack/formats/read-pylock.ts';
import { normalizeName } from '../../shared/stack/name.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { satisfies } from '../../shared/stack/satisfies.ts';
import type { Stack } from '../../shared/stack/stack.ts';
import { localMachine } from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { callProgram, environmentOf } from '../support/programs.ts';

describe('a thousand stacks of recorded knowledge', () => {
  const knowledge = fileURLToPath(
    new URL('../fixtures/knowledge/scientific-cp311.jsonl.gz', import.meta.url),
  );
  const asked = ['numpy', 'scipy', 'pandas>=2', 'scikit-learn'];
  const sample = (seed: string): ReturnType<typeof callProgram> =>
    callProgram(
      'troop',
      [
        'stack',
        'sample',
        ...asked,
        '--knowledge',
        knowledge,
        '--python',
        '3.11',
        '--platform',
        'linux_x86_64',
      ].concat(['--strategy', 'random-walk', '-n', '1000', '--seed', seed]),
      { timeoutMs: 120_000 },
    );

  test('each satisfies the requirements, all differ, and the seed alone decides which they are', async () => {
    const [first, again, other] = await Promise.all([sample('11'), sample('11'), sample('12')]);
    expect(first.status).toBe(0);
    expect(first.stderr).toMatch(/^go on from here with: --resume .*\n$/);
    const stacks = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Stack);
    expect(stacks).toHaveLength(1000);
    expect(new Set(stacks.map(({ stack_id: id }) => id)).size).toBe(1000);

    const releases = await readSnapshotFile(knowledge);
    const requirements = asked.map(parseRequirement);
    const wrong = stacks.flatMap((stack) => satisfies({ stack, requirements, releases }));
    expect(wrong).toEqual([]);
    // The oracle does object where there is something to object to.
    const [one] = stacks;
    const impossible = [...requirements, parseRequirement('numpy<1')];
    expect(one && satisfies({ stack: one, requirements: impossible, releases })).not.toEqual([]);

    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });
});

describe('ten stacks of the index that pip is configured with', () => {
  let fleet: Fleet;
  let home = '';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'troop-e2e-'));
    fleet = await startFleet();
  });
  afterAll(async () => {
    await fleet.stop();
    await rm(home, { recursive: true, force: true });
  });

  test('one is installed from its pylock.toml by a pip that reads it, and is what was sampled', async ({
    skip,
  }) => {
    const { python, platform, interpreter } = await localMachine(fleet);
    const target = ['--python', python, '--platform', platform];
    await fleet.ask('knowledge', 'sync', 'requests', '--latest', '4', ...target);
    const run = (program: string, ...argv: readonly string[]): ReturnType<typeof runCommand> =>
      runCommand(program, argv, { timeoutMs: 120_000, environment: environmentOf() });
    const venv = join(home, 'venv-pylock');
    await run(interpreter, '-m', 'venv', venv);
    const pip = join(venv, 'bin', 'pip');
    const upgraded = await run(pip, 'install', '--quiet', '--no-input', 'pip>=26.1');
    const none = 'pip is configured with no index that has pip 26.1, the first to read pylock.toml';
    if (upgraded.exitCode !== 0) skip(none);

    const folder = join(home, 'locks');
    const drawn = ['-n', '1', '--seed', '5', '--format', 'pylock', '--output', folder];
    const requirements = join(home, 'asked.txt');
    await writeFile(requirements, 'requests>=2\nurllib3<99\n');
    const sampled = await fleet.troop('stack', 'sample', '-r', requirements, ...drawn, ...target);
    expect(sampled).toMatchObject({ status: 0, stdout: '' });
    const lock = join(folder, 'pylock.1.toml');
    const installed = await run(pip, 'install', '--no-compile', '--quiet', '--no-input', '-r', lock);
    expect(installed).toMatchObject({ exitCode: 0 });
    expect(await run(pip, 'check')).toMatchObject({ exitCode: 0 });

    const listed = await run(pip, 'list', '--format', 'json');
    const found = JSON.parse(listed.stdout) as readonly { name: string; version: string }[];
    const pins = parsePylock(await readFile(lock, 'utf8')).pins.map((one) => `${one.name} ${one.version}`);
    expect(pins.length).toBeGreaterThan(2);
    expect(found.map((one) => `${normalizeName(one.name)} ${one.version}`)).toEqual(
      expect.arrayContaining(pins),
    );
  });

  test('installed from their requirements files with hashes, all pass pip check', async () => {
    const asked = ['requests', 'flask'];
    const { python, platform, interpreter } = await localMachine(fleet);
    const target = ['--python', python, '--platform', platform];
    await fleet.ask('knowledge', 'sync', ...asked, '--latest', '4', ...target);
    const drawn = ['-n', '10', '--seed', '3', '--format', 'requirements'];
    const sampled = await fleet.troop('stack', 'sample', ...asked, ...drawn, ...target);
    expect(sampled.status).toBe(0);
    const files = sampled.stdout.split(/^(?=# sha256:)/m);
    expect(new Set(files).size).toBe(10);

    const pip = (...argv: readonly string[]): ReturnType<typeof runCommand> =>
      runCommand(interpreter, ['-m', 'pip', ...argv], { timeoutMs: 120_000, environment: environmentOf() });
    const checked = [];
    for (const [number, file] of files.entries()) {
      const venv = join(home, `venv-${number}`);
      const requirements = join(home, `requirements-${number}.txt`);
      await writeFile(requirements, file);
      const made = await runCommand(interpreter, ['-m', 'venv', '--without-pip', venv], {
        timeoutMs: 60_000,
      });
      expect(made).toMatchObject({ exitCode: 0 });
      const into = ['--python', join(venv, 'bin', 'python')];
      const options = ['--no-deps', '--require-hashes', '--no-compile', '--quiet', '--no-input'];
      const installed = await pip(...into, 'install', ...options, '-r', requirements);
      expect(installed).toMatchObject({ exitCode: 0 });
      checked.push(await pip(...into, 'check'));
    }
    expect(checked.map(({ exitCode, stdout }) => [exitCode, stdout.trim()])).toEqual(
      checked.map(() => [0, 'No broken requirements found.']),
    );
  });
});
