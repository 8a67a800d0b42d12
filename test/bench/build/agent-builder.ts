// The builder of an agent as its composition root makes it, in a directory of the bench, with a sandbox that notes how long each
// program of a build ran.
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openBuilder } from '../../../agent/composition/open-builder.ts';
import { buildPaths } from '../../../agent/build/build-paths.ts';
import type { Builder } from '../../../agent/build/builder.ts';
import { identifyInterpreter } from '../../../agent/build/interpreter-identity.ts';
import { KeptStore } from '../../../agent/build/kept/kept-store.ts';
import { planFiles } from '../../../agent/build/plan-files.ts';
import { findUv } from '../../../agent/build/find-uv.ts';
import { chooseSandbox } from '../../../agent/sandbox/choose-sandbox.ts';
import type { Sandbox } from '../../../agent/sandbox/sandbox.ts';
import { stateLayout } from '../../../agent/state-layout.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';

export interface AgentBuilder {
  readonly builder: Builder;
  /** The program that it builds with. */
  readonly uv: string;
  readonly sandboxKind: Sandbox['kind'];
  readonly paths: ReturnType<typeof buildPaths>;
  /** Milliseconds by step since the last call. */
  readonly takeSteps: () => Readonly<Record<string, number>>;
  /** From now on, nothing that earlier builds installed is known; of all packages, or of these. */
  readonly forgetInstalled: (packages?: readonly LockedPackage[]) => Promise<void>;
}

/** Throws where there is no uv. */
export async function openAgentBuilder(root: string, python: string): Promise<AgentBuilder> {
  const ids = uuidIds(systemClock);
  const nextId = (): string => ids.next();
  const layout = stateLayout(root);
  await mkdir(layout.root, { recursive: true });
  const searchPath = (process.env['PATH'] ?? '').split(':').filter((one) => one !== '');
  const isRoot = process.getuid?.() === 0;
  const scratchDirectory = layout.scratch;
  const { sandbox } = await chooseSandbox({
    clock: systemClock,
    nextId,
    scratchDirectory,
    isRoot,
    searchPath,
  });
  const steps = new Map<string, number>();
  const common = {
    python,
    searchPath,
    environment: process.env,
    clock: systemClock,
    nextId,
    signal: new AbortController().signal,
  };
  const { builder } = await openBuilder({
    ...common,
    layout,
    credentials: CREDENTIALS,
    coordinator: NOBODY,
    sandbox: noting(sandbox, (step, ms) => steps.set(step, (steps.get(step) ?? 0) + ms)),
    logger: silentLogger,
    random: () => 0,
    cacheBytes: 1e10,
    hiddenPaths: [layout.root],
  });
  const paths = buildPaths(layout.build);
  const { path } = await findUv({ ...common, directory: paths.tools });
  return {
    builder,
    uv: path,
    sandboxKind: sandbox.kind,
    paths,
    takeSteps: () => {
      const taken = Object.fromEntries(steps);
      steps.clear();
      return taken;
    },
    forgetInstalled: async (packages) => {
      if (packages === undefined) await rm(paths.kept, { recursive: true, force: true });
      const kept = new KeptStore({ root: paths.kept, clock: systemClock, nextId });
      const interpreter = await identifyInterpreter(python);
      for (const { filename, sha256 } of planFiles(packages ?? [], false)) {
        const wheel = { filename: filename ?? '', sha256: sha256 ?? '' };
        await kept.drop(kept.idOfWheel(wheel, { builder: 'uv', interpreter }));
      }
    },
  };
}

const CREDENTIALS = {
  formatVersion: 1,
  agentId: 'bench',
  name: 'bench',
  coordinatorUrl: '',
  token: 'none',
  privateKey: 'none',
  coordinatorPublicKey: 'none',
  broker: { url: '', user: null, password: null },
} as const;

const NOBODY = {
  openFile: () => Promise.reject(new Error('there is no coordinator here')),
  fetchScripts: () => Promise.reject(new Error('there is no coordinator here')),
};

function noting(sandbox: Sandbox, note: (step: string, ms: number) => void): Sandbox {
  return {
    ...sandbox,
    start: async (command) => {
      const startedMs = performance.now();
      const running = await sandbox.start(command);
      void running.exited.then(() => note(stepOf(command.argv), performance.now() - startedMs));
      return running;
    },
  };
}

/** `venv`, `install`, `check` of uv, `compileall` of Python. */
function stepOf(argv: readonly string[]): string {
  const words = argv.map((word) => basename(word));
  return ['venv', 'install', 'check', 'compileall'].find((step) => words.includes(step)) ?? 'other';
}

/** Where an environment may lie that shares hard links with those of the builder. */
export const besideEnvironments = ({ paths }: AgentBuilder, name: string): string =>
  join(paths.installed, name);
