import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureTrial } from '../../../agent/benchmark/measure-trial.ts';
import { DEFAULT_PACE, type TrialStack } from '../../../agent/benchmark/trial.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Parameters, TrialFailure } from '../../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import { stackFactory, type StackFactory } from '../../support/benchmark/stacks.ts';

let factory: StackFactory;
let usual: TrialStack;
beforeAll(async () => {
  factory = await stackFactory({ limits: { valueMs: 3000 } });
  usual = await factory.stack('usual');
});
afterAll(() => factory.close());

async function measured(
  name: string,
  content: string,
  more: { candidate?: TrialStack; parameters?: Parameters } = {},
): Promise<{ failures: readonly TrialFailure[]; blocks: BlockRecord[] }> {
  const scriptPath = join(factory.root, name);
  await writeFile(scriptPath, content);
  await chmod(scriptPath, 0o755);
  const blocks: BlockRecord[] = [];
  const spec = { script: { sha256: 'a'.repeat(64), name }, parameters: more.parameters ?? {} };
  const { failures } = await measureTrial(
    {
      baseline: usual,
      candidates: [more.candidate ?? usual],
      benchmarks: [{ spec, scriptPath }],
      blocks: 1,
      seed: 'test',
      pace: { ...DEFAULT_PACE, launches: 1 },
      cores: [],
    },
    factory.tools,
    { onCalibrated: () => {}, beforeBlock: () => {}, onBlock: (record) => void blocks.push(record) },
  );
  return { failures, blocks };
}

describe('a script that keeps its contract', () => {
  it('gets its parameters as environment variables, and its numbers are metrics', async () => {
    const content = [
      'import json, os, payload',
      'print("progress of its own")',
      'result = {"elapsed": payload.work(), "rate": int(os.environ["SIZE"]), "note": "text", "bad": float("nan")}',
      'print(json.dumps({"name": "test", "@parameters": {}, "@result": result}))',
    ].join('\n');
    const { failures, blocks } = await measured('good.py', content, { parameters: { SIZE: 7 } });
    // Python writes NaN as a word that is not JSON: the line as a whole is refused, and the script is told.
    expect(failures).toMatchObject([{ code: 'TROOP-1515', cause: 'script' }]);
    expect(blocks).toEqual([]);
    const cleaned = content.replace(', "bad": float("nan")', '');
    const second = await measured('good.py', cleaned, { parameters: { SIZE: 7 } });
    expect(second.failures).toEqual([]);
    const launches = second.blocks[0]?.pairs[0]?.launches ?? [];
    expect(launches).toHaveLength(4);
    for (const launch of launches) {
      const [value] = [...launch.warmups, ...launch.values];
      expect(value?.metrics).toEqual({ elapsed: 42, rate: 7 });
      expect(value?.wallNs).toBeGreaterThan(1e6);
      expect(value?.cpuNs).toBeGreaterThan(1e5);
      expect(launch.peakMemoryBytes).toBeGreaterThan(1e6);
    }
  });

  it('may print what other tools take for the end of a line', async () => {
    const line = String.raw`'half done\r{"name": "a\u2028b\x85", "@result": {}}'`;
    const content = `import payload, sys\nsys.stdout.buffer.write(${line}.encode())\n`;
    const { failures } = await measured('separators.py', content);
    expect(failures).toEqual([]);
  });

  it('may be any executable, with the interpreter of the stack first on PATH', async () => {
    const content = '#!/bin/sh\nexec python -c \'import payload; print("{}")\'\n';
    const { failures } = await measured('bench.sh', content);
    expect(failures).toEqual([]);
  });
});

describe('a script that does not', () => {
  type Row = readonly [
    what: string,
    content: string,
    failure: Partial<TrialFailure>,
    says: string,
    hint: string,
  ];
  const NO_JSON = { code: 'TROOP-1515', cause: 'script', phase: 'collect', outcome: 'failed' } as const;
  const ENDED = { code: 'TROOP-1516', cause: 'script', phase: 'run', outcome: 'failed' } as const;
  const LAST = 'print one JSON object, with numbers under "@result", as the last line';
  const LOG = 'the log of the inspection has the last lines that it wrote';
  const broken: readonly Row[] = [
    ['prints no JSON', 'print("42 seconds")', NO_JSON, 'did not print a JSON object', LAST],
    ['prints nothing', 'pass', NO_JSON, 'did not print a JSON object', LAST],
    ['prints NaN', 'print(\'{"@result": {"elapsed": NaN}}\')', NO_JSON, 'did not print a JSON object', LAST],
    ['prints a list', 'print("[1, 2]")', NO_JSON, 'did not print a JSON object', LAST],
    [
      'prints half an object',
      'print(\'{"@result": {"elapsed": 1\')',
      NO_JSON,
      'did not print a JSON object',
      LAST,
    ],
    [
      'prints bytes that are no text',
      'import sys; sys.stdout.buffer.write(bytes(range(256)))',
      NO_JSON,
      'did not print a JSON object',
      LAST,
    ],
    [
      'prints an object of fifty megabytes',
      'print(\'{"@result": {"elapsed": 1}, "x": "\' + "x" * 50_000_000 + \'"}\')',
      NO_JSON,
      'did not print a JSON object',
      LAST,
    ],
    [
      'prints without end: read and thrown away until its time is over',
      'import sys\nwhile True: sys.stdout.write("{" * 100000)',
      { code: 'TROOP-1506', cause: 'script', outcome: 'timed_out' },
      'was not done within',
      'raise the time limit',
    ],
    ['exits with an error', 'import sys; sys.exit(9)', ENDED, 'status 9', LOG],
    ['does not parse', 'def', ENDED, 'status 1', LOG],
    [
      'never ends',
      'while True: pass',
      { code: 'TROOP-1506', cause: 'script', outcome: 'timed_out' },
      'was not done within',
      'raise the time limit',
    ],
    [
      'crashes',
      'import ctypes; ctypes.string_at(0)',
      { code: 'TROOP-1505', cause: 'stack' },
      'crashed with',
      LOG,
    ],
  ];
  it.each(broken)('%s: whose fault that is', async (...[, content, expected, says, hint]) => {
    const { failures } = await measured('broken.py', content);
    expect(failures).toMatchObject([{ ...expected, arm: 'baseline' }]);
    const [{ code, facts } = { code: 'TROOP-1001', facts: {} }] = failures;
    const told = new TroopError(code as ErrorCode, facts);
    expect(told.message).toContain(says);
    expect(told.hint).toContain(hint);
  });

  it('is not at fault when it works with the baseline: then it is the candidate', async () => {
    const content = 'import payload\nassert payload.work() == 42\nprint("{}")';
    const { failures } = await measured('checks.py', content, { candidate: await factory.stack('wrong') });
    expect(failures).toMatchObject([{ code: 'TROOP-1516', cause: 'stack', arm: 'candidate' }]);
    expect(failures[0]?.stderrTail).toContain('AssertionError');
  });
});
