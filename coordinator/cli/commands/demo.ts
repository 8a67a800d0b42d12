// `troop demo`: the main job on real packages, from a requirement to a report, in one process and its children. It uses
// the same coordinator, the same API and the same agent as everything else; only the campaign is small.
import { join } from 'node:path';
import { createApiClient, type ApiClient } from '../api-client.ts';
import { processTerminal } from '../command-context.ts';
import { reportLines } from '../report-lines.ts';
import { watchCampaign } from '../watch-campaign.ts';
import { runSync } from './knowledge.ts';
import { startHere, stopOnSignal } from './up.ts';
import type { Report } from '../../analysis/report.ts';
import type { CreatedCampaign } from '../../campaign/create-campaign.ts';
import type { CampaignSummary } from '../../campaign/show-campaign.ts';
import { readCoordinatorConfig } from '../../config.ts';
import { defaultDataDirectory } from '../../embedded/data-directory.ts';
import type { AgentView } from '../../fleet/agents.ts';
import { closingLines } from '../../knowledge/sync/closing-lines.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { ownLevelLane } from '../../../shared/machine/lanes.ts';
import { interpreterFor, servesEnvironment } from '../../../shared/machine/serves-environment.ts';
import { summariseMachine } from '../../../shared/machine/describe-machine.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { formatDuration } from '../../../shared/terminal/format.ts';
import type { Terminal } from '../../../shared/terminal/terminal.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Fingerprint } from '../../../shared/machine/fingerprint.ts';

export interface DemoFlags {
  readonly data?: string;
  readonly json?: boolean;
}

const REQUIREMENT = 'numpy>=1.21';
const SYNCED_VERSIONS = 30;
const STACKS = 4;
const NAME_PREFIX = 'demo-';
const AGENT_MS = 120_000;
const REQUEST_MS = 60_000;
/** Newest first; all that NumPy has wheels for, so that any machine of the last years has one of them. */
const PYTHONS = ['3.13', '3.12', '3.11', '3.10', '3.9'] as const;

export async function demo(flags: DemoFlags): Promise<number> {
  const terminal = processTerminal();
  const startedMs = systemClock.monotonicMs();
  const isRoot = process.getuid?.() === 0;
  const dataDirectory = flags.data ?? join(defaultDataDirectory(process.env, isRoot), 'demo');
  const config = {
    ...readCoordinatorConfig({ data: dataDirectory, port: '0', agents: '1' }, process.env, isRoot),
    databaseUrl: null,
    brokerUrl: null,
  };
  const stopping = stopOnSignal();
  const coordinator = await startHere(config, terminal, stopping.signal);
  try {
    terminal.say(`coordinator at ${coordinator.url}, data in ${coordinator.dataDirectory}`);
    const api = createApiClient({
      url: coordinator.url,
      token: coordinator.operatorToken,
      timeoutMs: REQUEST_MS,
    });
    const ended = await Promise.race([
      runDemo(api, terminal, startedMs).then((report) => ({ report })),
      stopping.stopped.then((status) => ({ status })),
    ]);
    if ('status' in ended) return ended.status;
    if (flags.json === true) terminal.out(JSON.stringify(ended.report));
    else for (const line of reportLines(terminal, ended.report)) terminal.out(line);
    terminal.say(
      `done in ${formatDuration(systemClock.monotonicMs() - startedMs)}; run it again and it reuses what it built`,
    );
    return ended.report.campaign.state === 'finished' ? 0 : 1;
  } finally {
    await coordinator.stop();
  }
}

async function runDemo(api: ApiClient, terminal: Terminal, startedMs: number): Promise<Report> {
  await endEarlierDemos(api, terminal);
  const fingerprint = await localMachine(api, terminal);
  const python = pythonOf(fingerprint);
  const summary = await runSync(api, terminal, {
    requirements: [REQUIREMENT],
    indexes: [],
    pythons: [python],
    latest: SYNCED_VERSIONS,
  });
  for (const line of closingLines(summary)) terminal.say(line);
  const created = await api.post<CreatedCampaign>('/campaigns', {
    campaign: campaignOf(fingerprint, python),
    snapshot: summary.snapshotId,
  });
  terminal.say(
    `campaign ${created.name}: ${REQUIREMENT} on Python ${python}, a baseline and ${STACKS} other stacks`,
  );
  let isFirstSaid = false;
  await watchCampaign({
    api,
    terminal,
    isJson: false,
    campaign: created.name,
    timeoutMs: null,
    onProgress: (progress) => {
      if (isFirstSaid || progress.totals.machinesBusy === 0) return;
      isFirstSaid = true;
      if (!terminal.isInteractive) {
        terminal.say(`the first trial began after ${formatDuration(systemClock.monotonicMs() - startedMs)}`);
      }
    },
  });
  const report = await api.get<Report>(`/campaigns/${encodeURIComponent(created.name)}/report`);
  const { built, reused } = report.builds;
  terminal.say(`${built} environments built, ${reused} reused from earlier runs or trials`);
  return report;
}

/** A demo that was interrupted left its campaign running: its trials would come before ours. */
async function endEarlierDemos(api: ApiClient, terminal: Terminal): Promise<void> {
  const { items } = await api.get<{ items: readonly CampaignSummary[] }>('/campaigns');
  for (const { name, state } of items) {
    if (!name.startsWith(NAME_PREFIX) || !['running', 'paused'].includes(state)) continue;
    await api.post(`/campaigns/${encodeURIComponent(name)}/cancel`);
    terminal.say(`${name}, which an earlier run left unfinished, is cancelled`);
  }
}

/** The local agent, as soon as its hardware is known. */
async function localMachine(api: ApiClient, terminal: Terminal): Promise<Fingerprint> {
  const deadlineMs = systemClock.monotonicMs() + AGENT_MS;
  for (;;) {
    const { items } = await api.get<{ items: readonly AgentView[] }>('/agents');
    const found = items.find((agent) => agent.online && agent.fingerprint !== null)?.fingerprint ?? null;
    if (found !== null) {
      terminal.say(`this machine: ${summariseMachine(found)}`);
      return found;
    }
    if (systemClock.monotonicMs() >= deadlineMs) {
      throw new TroopError('TROOP-1210', {
        name: 'local-1',
        reason: `it did not appear within ${AGENT_MS / 1000} s`,
      });
    }
    await systemClock.sleep(200);
  }
}

function pythonOf(fingerprint: Fingerprint): string {
  const usable = PYTHONS.filter((python) => {
    const environment = canonicalEnvironment({ python, platform: platformOf(fingerprint) });
    return (
      servesEnvironment(fingerprint, environment).eligible &&
      interpreterFor(fingerprint, environment) !== null
    );
  });
  const [own] = (fingerprint.interpreters ?? [])
    .map((one) => one.version)
    .filter((version) => usable.some((python) => python === version));
  const python = usable.find((one) => one === '3.11') ?? usable[0] ?? own;
  if (python === undefined) {
    throw new TroopError('TROOP-1209', { python: PYTHONS.join(', '), platform: platformOf(fingerprint) });
  }
  return python;
}

const platformOf = ({ cpu, kernel }: Fingerprint): string => {
  if (kernel.name === 'Darwin') {
    return cpu.architecture === 'aarch64' ? 'macosx_14_0_arm64' : 'macosx_14_0_x86_64';
  }
  return cpu.architecture === 'aarch64' ? 'linux_aarch64' : 'linux_x86_64';
};

/** A new name each time, so that a second run measures again instead of showing the first one's report. */
function campaignOf(fingerprint: Fingerprint, python: string): unknown {
  const stamp = new Date(systemClock.nowMs()).toISOString().replace(/[-:]/g, '').slice(0, 15);
  const lanes = [...new Set(['any', ownLevelLane(fingerprint)])];
  return {
    name: `${NAME_PREFIX}${stamp}`,
    requirements: [REQUIREMENT],
    environments: [{ python, platform: platformOf(fingerprint) }],
    lanes,
    sampling: { strategy: 'random-walk', count: STACKS, seed: 7 },
    benchmarks: [
      { indicator: 'matmul', parameters: { size: 256 } },
      { indicator: 'import', parameters: { modules: ['numpy'] } },
    ],
    trial: { stacks: 4, blocks: 6, pace: { valueMs: 10, values: 4, warmups: 1, launches: 1 } },
  };
}
