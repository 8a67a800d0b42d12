// What becomes of an environment whose sources were not compiled to the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pipBuilder } from '../../../agent/build/pip-builder.ts';
import type { Sandbox } from '../../../agent/sandbox/sandbox.ts';
import { makeDistribution, openWorkshop, requestFor } from '../../contract/builders/support.ts';

const root = await mkdtemp('/var/tmp/troop-compile-');
afterAll(() => rm(root, { recursive: true, force: true }));

/** As the kernel does when the machine runs out of memory: what is in a sandbox goes first. */
const killingCompilers = (sandbox: Sandbox): Sandbox => ({
  ...sandbox,
  start: (command) =>
    sandbox.start(
      command.argv.includes('compileall') ? { ...command, argv: ['/bin/sh', '-c', 'kill -9 $$'] } : command,
    ),
});

test('an environment in which something put a pipe is built like others', async () => {
  const { environments, options } = await openWorkshop(join(root, 'piped'));
  const { locked } = makeDistribution(root, { name: 'beta', version: '1.0' });
  const request = requestFor([locked]);
  const pipe = join(environments.prefixOf(await environments.keyOf(request)), 'lib', 'pipe');
  const sandbox: Sandbox = {
    ...options.sandbox,
    start: (command) =>
      options.sandbox.start(
        command.argv.includes('install')
          ? { ...command, argv: ['/bin/sh', '-c', '"$@" && mkfifo "$0"', pipe, ...command.argv] }
          : command,
      ),
  };
  const result = await pipBuilder({ ...options, sandbox }).build(request, new AbortController().signal);
  expect(result).toMatchObject({ ok: true });
});

test('an environment whose compiler was killed is not taken for built, and that is no fault of the stack', async () => {
  const { options } = await openWorkshop(root);
  const builder = pipBuilder({ ...options, sandbox: killingCompilers(options.sandbox) });
  const { locked } = makeDistribution(root, { name: 'alpha', version: '1.0' });
  const result = await builder.build(requestFor([locked]), new AbortController().signal);
  expect(result).toMatchObject({
    ok: false,
    failure: { cause: 'fleet', phase: 'build', error: { code: 'TROOP-1416' } },
  });
});
