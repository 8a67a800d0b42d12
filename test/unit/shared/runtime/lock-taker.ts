// Tries again and again to get the lock of its first argument, and with it notes beginning and end in the file of the
// second; so many times as the third says.
import { appendFile } from 'node:fs/promises';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import { tryLock, withLock } from '../../../../shared/runtime/file-lock.ts';

const [path = '', notes = '', times = '1'] = process.argv.slice(2);
for (let time = 0; time < Number(times); time++) {
  const options = { clock: systemClock, timeoutMs: 60_000, onTimeout: () => new Error('too late') };
  await withLock(path, options, async () => {
    await appendFile(notes, `begin ${process.pid}\n`);
    await new Promise((resolve) => setImmediate(resolve));
    await appendFile(notes, `end ${process.pid}\n`);
  });
}
if (times === '0') {
  const attempt = await tryLock(path);
  process.stdout.write(`${attempt.held}\n`);
  setInterval(() => {}, 1000);
}
