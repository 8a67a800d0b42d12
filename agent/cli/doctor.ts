// `troop-agent doctor`
import { atMostOnce } from '../../shared/runtime/at-most-once.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { uuidIds } from '../../shared/runtime/ids.ts';
import { streamTerminal, type Style, type Terminal } from '../../shared/terminal/terminal.ts';
import { readAgentConfig, type AgentFlags } from '../config.ts';
import { readCredentials, type Credentials } from '../enrolment/credentials.ts';
import type { DoctorContext, Finding } from '../enrolment/doctor/check.ts';
import { probeCoordinator } from '../enrolment/doctor/probe-coordinator.ts';
import { checks } from '../enrolment/doctor/registry.ts';
import { runChecks, type CheckResult } from '../enrolment/doctor/run-checks.ts';
import { collectFingerprint } from '../fingerprint/collect-fingerprint.ts';
import { facts } from '../fingerprint/registry.ts';
import { systemReader } from '../fingerprint/system-reader.ts';
import { stateLayout } from '../state-layout.ts';

const BROKER_TIMEOUT_MS = 10_000;

/** 1 when a check says that this machine cannot serve a fleet, else 0. */
export async function doctor(flags: AgentFlags & { json?: boolean }): Promise<number> {
  const terminal = streamTerminal(process.stdout, process.stderr, process.env);
  const results = await runChecks(checks, await lookAround(flags));
  const isFit = results.every(({ state }) => state !== 'fail');
  if (flags.json === true) {
    terminal.out(
      JSON.stringify({
        fit: isFit,
        checks: results.map(({ id, state, seen, fix }) => ({ id, state, seen, fix })),
      }),
    );
  } else {
    for (const line of results.flatMap((result) => describe(terminal, result))) terminal.out(line);
    terminal.say(isFit ? 'this machine can serve a fleet' : 'this machine cannot serve a fleet yet');
  }
  return isFit ? 0 : 1;
}

async function lookAround(flags: AgentFlags): Promise<DoctorContext> {
  const clock = systemClock;
  const environment = process.env;
  const isRoot = process.getuid?.() === 0;
  const layout = stateLayout(readAgentConfig(flags, environment, isRoot).stateDirectory);
  const reader = systemReader({ clock, platform: process.platform, environment });
  const ids = uuidIds(clock);
  return {
    fingerprint: await collectFingerprint({ reader, facts, clock }),
    layout,
    credentials: await readCredentials(layout.credentials).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    ),
    platform: process.platform,
    nodeVersion: process.version,
    isRoot,
    environment,
    searchPath: (environment['PATH'] ?? '').split(':').filter((one) => one !== ''),
    clock,
    nextId: () => ids.next(),
    brokerTimeoutMs: BROKER_TIMEOUT_MS,
    askCoordinator: atMostOnce((credentials: Credentials) => probeCoordinator(credentials, clock)),
  };
}

const STYLES: Readonly<Record<Finding['state'], Style>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
};

function describe(terminal: Terminal, { title, state, seen, fix }: CheckResult): readonly string[] {
  const head = `${terminal.style(STYLES[state], state.padEnd(4))}  ${title}: ${seen}`;
  return fix === null ? [head] : [head, `      fix: ${fix}`];
}
