// Puts messages into the spool of its first argument until it is killed, and says which ones are safe.
import { openSpool } from '../../../../agent/work/spool.ts';

const spool = await openSpool(String(process.argv[2]));
for (let n = 0; ; n++) {
  const id = `job.1.block.${n}`;
  await spool.put({ id, channel: 'result', jobId: 'job', body: new TextEncoder().encode(id.repeat(5000)) });
  process.stdout.write(`${id}\n`);
}
