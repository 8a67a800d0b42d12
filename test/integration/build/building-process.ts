// A builder as a process of its own, over caches that others use too: says one JSON line for every stack that it was told
// to build. Arguments: root of the workshop, path of uv, the stacks as JSON.
import { createInterface } from 'node:readline';
import { uvBuilder } from '../../../agent/build/uv-builder.ts';
import { withCache } from '../../../agent/build/with-cache.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import { openWorkshop, requestFor } from '../../contract/builders/support.ts';

const [root = '', uv = '', stacks = '[]'] = process.argv.slice(2);
const workshop = await openWorkshop(root);
const builder = withCache(uvBuilder({ ...workshop.options, uv }), { ...workshop, clock: systemClock });
const say = (what: unknown): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);

// All of them begin at the same moment: when they are told to.
say('ready');
for await (const _line of createInterface({ input: process.stdin })) break;
for (const packages of JSON.parse(stacks) as LockedPackage[][]) {
  const result = await builder.build(requestFor(packages), new AbortController().signal);
  say(
    result.ok ? { environment: result.environment } : { error: result.failure.error.code, log: result.log },
  );
}
process.exit(0);
