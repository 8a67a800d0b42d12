// What the weakest way of isolation cannot find: nobody who reads from a sandbox waits for it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processGroupSandbox } from '../../../agent/sandbox/process-group-sandbox.ts';
import { systemClock, type Clock } from '../../../shared/runtime/clock.ts';
import { killNow } from '../../support/e2e-processes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { ids, pythonCommand } from './support.ts';

/** How often the tree is looked at: a daemon that leaves it in between is not seen. */
const LOOK_MS = 250;
const never = new Promise<void>(() => {});
const lookingOnce: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => (durationMs === LOOK_MS ? never : systemClock.sleep(durationMs, signal)),
};

test.skipIf(process.platform !== 'linux')(
  'output ends with the command, although a daemon without its environment holds it open',
  async () => {
    const sandbox = processGroupSandbox({
      clock: lookingOnce,
      nextId: () => ids.next(),
      hasUtilLinux: false,
    });
    const directory = await temporaryDirectory();
    const isUp = join(directory.path, 'up');
    // The command ends when its daemon has spoken.
    const daemon = `mkfifo ${isUp}; env -i setsid -f sh -c 'echo $$; echo up >${isUp}; exec sleep 600'; read -r _ <${isUp}`;
    const running = await sandbox.start(pythonCommand('/', '', { argv: ['/bin/sh', '-c', daemon] }));
    running.stdin.end();
    let said = '';
    for await (const chunk of running.stdout) said += String(chunk);
    expect(await running.exited).toMatchObject({ end: 'exited', exitCode: 0 });
    expect(killNow(Number(said))).toBe(true);
    await directory.remove();
  },
);
