// Ends the gate: names what was skipped and what failed, and prints the counts of vitest's report on a line of their own.
// Arguments: the report, the status of the test command. A run without a report, or without tests, has failed.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

const [reportPath, testStatus] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);

const report = await readFile(reportPath, 'utf8').then(JSON.parse, () => null);
const tests = (report?.testResults ?? []).flatMap((file) =>
  file.assertionResults.map((test) => ({
    status: test.status,
    name: `${relative(process.cwd(), file.name)} > ${test.fullName}`,
  })),
);
// A file that cannot be read has no tests that could fail.
const broken = (report?.testResults ?? []).filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
const failed = tests.filter((test) => test.status === 'failed');
const passed = tests.filter((test) => test.status === 'passed');
const skipped = tests.length - failed.length - passed.length;

for (const test of tests) if (test.status !== 'passed') say(`${test.status}: ${test.name}`);
for (const file of broken) {
  say(`failed: ${relative(process.cwd(), file.name)}: ${file.message.split('\n')[0]}`);
}
if (report === null) say(`the tests left no report; their command ended with ${testStatus}`);
const failures = failed.length + broken.length + (report === null ? 1 : 0);
say(`${passed.length} passed, ${failures} failed, ${skipped} skipped`);
process.exitCode = testStatus === '0' && failures === 0 && passed.length > 0 ? 0 : 1;
