// What every sandbox promises, tried with real processes in every way of isolation that works on this machine.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processesWithEnvironmentEntry } from '../../../agent/sandbox/process-tree.ts';
import { ids, MEBIBYTE, pythonCommand, run, sandboxVariants } from './support.ts';

const root = await realpath(await mkdtemp('/var/tmp/troop-sandbox-test-'));
const { working, missing } = await sandboxVariants(root);
afterAll(() => rm(root, { recursive: true, force: true }));

describe.skipIf(missing.length === 0)('ways of isolation that do not work here', () => {
  test.for(missing)('%s', (reason, { skip }) => {
    expect(reason).not.toBe('');
    skip(reason);
  });
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(root, 'case-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const limits = { wallMs: 30_000, memoryBytes: 512 * MEBIBYTE, outputBytes: MEBIBYTE, processes: 32 };

describe.each(working)('$name', ({ sandbox }) => {
  const has = (weakness: string): boolean => sandbox.weaknesses.includes(weakness);

  test('hands input to the command and its output back', async () => {
    const running = await sandbox.start(pythonCommand(directory, 'print(input().upper())'));
    running.stdin.end('hello\n');
    let stdout = '';
    for await (const chunk of running.stdout) stdout += String(chunk);
    expect(stdout).toBe('HELLO\n');
    expect(await running.exited).toMatchObject({ end: 'exited', exitCode: 0, signal: null });
  });

  test('reports exit codes, signals and the end of stderr', async () => {
    const code = await run(
      sandbox,
      pythonCommand(directory, 'import sys; sys.stderr.write("x" * 40000 + "last words"); sys.exit(7)'),
    );
    expect(code).toMatchObject({ end: 'exited', exitCode: 7, signal: null });
    expect(code.stderrTail).toHaveLength(16 * 1024);
    expect(code.stderrTail.endsWith('last words')).toBe(true);
    const signal = await run(sandbox, pythonCommand(directory, 'import os; os.abort()'));
    expect(signal).toMatchObject({ end: 'signalled', exitCode: null, signal: 'SIGABRT' });
  });

  test('gives the command the environment named, and nothing else', async () => {
    const { stdout } = await run(
      sandbox,
      pythonCommand(directory, 'import os, json; print(json.dumps(dict(os.environ)))', {
        environment: { GIVEN: 'a b=c', EMPTY: '' },
      }),
    );
    const seen = JSON.parse(stdout) as Record<string, string>;
    delete seen['LC_CTYPE']; // Python's own (PEP 538)
    if (has('environment-marker')) delete seen['TROOP_SANDBOX'];
    expect(seen).toEqual({ GIVEN: 'a b=c', EMPTY: '' });
  });

  test('shows nobody on the machine what is in the environment', async () => {
    const secret = ids.next();
    const source = 'print("ready", flush=True); input()';
    const running = await sandbox.start(
      pythonCommand(directory, source, { environment: { SECRET: secret } }),
    );
    const lines = running.stdout[Symbol.asyncIterator]();
    expect(String((await lines.next()).value)).toBe('ready\n');
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const shown = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    expect(shown.filter((line) => line.includes(secret))).toEqual([]);
    running.stdin.end('\n');
    expect((await lines.next()).done).toBe(true);
    expect(await running.exited).toMatchObject({ end: 'exited', exitCode: 0 });
  });

  test('starts in its directory and may write there alone', async () => {
    const outside = join(root, `outside-${ids.next()}`);
    const source = `
import os, sys
print(os.getcwd())
open('kept', 'w').write('kept')
try: open(sys.argv[1], 'w')
except OSError: pass`;
    const command = pythonCommand(directory, source);
    const { stdout } = await run(sandbox, { ...command, argv: [...command.argv, outside] });
    expect(stdout).toBe(`${directory}\n`);
    expect(await readFile(join(directory, 'kept'), 'utf8')).toBe('kept');
    expect(existsSync(outside)).toBe(has('read-only-system'));
    await rm(outside, { force: true });
  });

  test('hides what it is told to hide, and shows again what lies inside and was named', async () => {
    const state = join(root, `state-${ids.next()}`);
    const shown = join(state, 'environments', 'one');
    await mkdir(shown, { recursive: true });
    await writeFile(join(state, 'credentials'), 'secret');
    await writeFile(join(state, 'environments', 'neighbour'), 'secret');
    await writeFile(join(shown, 'file'), 'shown');
    const source = `
import sys
for path in sys.argv[1:]:
    try: print(open(path).read())
    except OSError as error: print(error.strerror)`;
    const command = pythonCommand(directory, source, { hiddenPaths: [state], readablePaths: [shown] });
    const files = [join(state, 'credentials'), join(state, 'environments', 'neighbour'), join(shown, 'file')];
    const { stdout } = await run(sandbox, { ...command, argv: [...command.argv, ...files] });
    const gone = has('hidden-paths') ? 'secret' : 'No such file or directory';
    expect(stdout).toBe(`${gone}\n${gone}\nshown\n`);
    await rm(state, { recursive: true });
  });

  test('has a /tmp of its own, unless it says that it has none', async () => {
    const marker = await mkdtemp('/tmp/troop-sandbox-test-');
    const source = 'import os, sys; print(os.path.exists(sys.argv[1])); open("/tmp/troop-own", "w")';
    const command = pythonCommand(directory, source);
    const { stdout } = await run(sandbox, { ...command, argv: [...command.argv, marker] });
    expect(stdout).toBe(has('private-tmp') ? 'True\n' : 'False\n');
    await Promise.all([marker, '/tmp/troop-own'].map((path) => rm(path, { recursive: true, force: true })));
  });

  test('fills no more memory with files than it may hold, unless it says that it can', async () => {
    if (has('private-tmp')) return;
    const source = `
def fill(path):
    try:
        with open(path, "wb") as file:
            for _ in range(80):
                file.write(bytes(2**20))
        return "filled"
    except OSError as error:
        return error.strerror
print(fill("/tmp/x"), fill("/dev/shm/x"), fill("/dev/x"), sep="; ")
`;
    const { stdout } = await run(
      sandbox,
      pythonCommand(directory, source, { limits: { ...limits, memoryBytes: 64 * MEBIBYTE } }),
    );
    const full = has('private-tmp-size') ? 'filled' : 'No space left on device';
    expect(stdout).toMatch(new RegExp(`^${full}; ${full}; (?:Read-only file system|Permission denied)`));
  });

  test('reaches no network while measured, and the loopback when it may', async () => {
    const server = createServer((_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const source = `
import socket
try:
    socket.create_connection(('127.0.0.1', ${port}), 5).close(); print('reached')
except OSError: print('not reached')`;
    const without = await run(sandbox, pythonCommand(directory, source));
    const withNetwork = await run(sandbox, pythonCommand(directory, source, { network: true }));
    server.close();
    expect(without.stdout).toBe(has('network') ? 'reached\n' : 'not reached\n');
    expect(withNetwork.stdout).toBe('reached\n');
  });

  test('is over when its time is over, and says so', async () => {
    const exit = await run(
      sandbox,
      pythonCommand(directory, 'import time; time.sleep(600)', { limits: { ...limits, wallMs: 300 } }),
    );
    expect(exit.end).toBe('timed_out');
  });

  test('ends a command that floods its output', async () => {
    const source = 'import sys\nwhile True: sys.stdout.write("x" * 65536)';
    const exit = await run(
      sandbox,
      pythonCommand(directory, source, { limits: { ...limits, outputBytes: 200_000 } }),
    );
    expect(exit.end).toBe('output_limit');
  });

  test('ends a command that takes too much memory', async () => {
    const source = 'import time; hog = []\nwhile True: hog.append(bytearray(4 << 20)); time.sleep(0.002)';
    const exit = await run(
      sandbox,
      pythonCommand(directory, source, { limits: { ...limits, memoryBytes: 128 * MEBIBYTE } }),
    );
    expect(exit.end).toBe('out_of_memory');
  });

  test('ends a command that starts too many processes', async () => {
    const two = 'import os, time\nif os.fork() == 0: time.sleep(0.5)\nelse: os.wait()';
    const within = pythonCommand(directory, two, { limits: { ...limits, processes: 2 } });
    expect(await run(sandbox, within)).toMatchObject({ end: 'exited', exitCode: 0 });
    // Forty sleepers against a limit of eight: enough to be seen, too few to disturb the machine if they were not.
    const source =
      'import os, time\nfor _ in range(40):\n  if os.fork() == 0: time.sleep(600)\ntime.sleep(600)';
    const exit = await run(
      sandbox,
      pythonCommand(directory, source, { limits: { ...limits, processes: 8 } }),
    );
    expect(exit.end).toBe('process_limit');
  });

  const daemonSource = (then: string): string => `
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(0); os.close(1); os.close(2)
        open('daemon', 'w').write('up')
        time.sleep(600)
    os._exit(0)
while not os.path.exists('daemon'): time.sleep(0.005)
print('daemon is up', flush=True)
${then}`;

  test('leaves no daemon behind when the command ends by itself', async () => {
    const entry = `TEST_MARK=${ids.next()}`;
    const environment = { TEST_MARK: entry.slice('TEST_MARK='.length) };
    const exit = await run(sandbox, pythonCommand(directory, daemonSource('sys.exit(3)'), { environment }));
    expect(exit).toMatchObject({ end: 'exited', exitCode: 3, stdout: 'daemon is up\n' });
    expect(processesWithEnvironmentEntry(entry)).toEqual([]);
  });

  test('leaves no daemon behind when it is killed', async () => {
    const entry = `TEST_MARK=${ids.next()}`;
    const environment = { TEST_MARK: entry.slice('TEST_MARK='.length) };
    const running = await sandbox.start(
      pythonCommand(directory, daemonSource('time.sleep(600)'), { environment }),
    );
    await new Promise((resolve) => running.stdout.once('data', resolve));
    expect(processesWithEnvironmentEntry(entry).length).toBeGreaterThanOrEqual(2);
    running.kill();
    running.stdout.resume();
    expect(await running.exited).toMatchObject({ end: 'killed' });
    expect(processesWithEnvironmentEntry(entry)).toEqual([]);
  });

  test('keeps the command on the processors named', async () => {
    const source = 'import os; print(sorted(os.sched_getaffinity(0)) == [0])';
    const { stdout } = await run(sandbox, pythonCommand(directory, source, { cpus: [0] }));
    expect(stdout).toMatch(has('cpus') ? /^(True|False)$/m : /^True$/m);
  });

  test('is what the kernel ends first when the machine runs out of memory', async () => {
    const source = 'print(open("/proc/self/oom_score_adj").read().strip())';
    expect((await run(sandbox, pythonCommand(directory, source))).stdout).toBe('1000\n');
  });

  test('gives the command no privileges, whoever the agent is', async () => {
    const source =
      'print([l.split()[1] for l in open("/proc/self/status") if l[:6] in ("CapEff", "NoNewP")])';
    const { stdout } = await run(sandbox, pythonCommand(directory, source));
    const isPlain = sandbox.kind === 'process-group' && process.getuid?.() === 0;
    expect(stdout).toMatch(isPlain ? /'1'/ : /\['0000000000000000', '1'\]/);
  });

  test('says what is wrong with a program that is not there, and refuses a relative one', async () => {
    const missingProgram = pythonCommand(directory, '', { argv: ['/nonexistent/program'] });
    expect(await run(sandbox, missingProgram)).toMatchObject({ end: 'exited', exitCode: 127 });
    await expect(sandbox.start(pythonCommand(directory, '', { argv: ['python3'] }))).rejects.toMatchObject({
      code: 'TROOP-1491',
    });
  });
});
