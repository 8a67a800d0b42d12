// Asks the coordinator that `troop up --json` announced whether it is ready; any other answer is a failure.
import { readFile } from 'node:fs/promises';

const announcement = JSON.parse(await readFile(process.argv[2], 'utf8'));
const answer = await fetch(new URL('/readyz', announcement.url));
process.stdout.write(`${announcement.parts.join(' · ')}: ${await answer.text()}\n`);
process.exitCode = answer.ok ? 0 : 1;
