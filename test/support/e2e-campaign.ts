// What end-to-end tests ask of a fleet again and again: which machine is there, and a campaign to its end.
import type { Report } from '../../coordinator/analysis/report.ts';
import type { AgentView } from '../../coordinator/fleet/agents.ts';
import type { InspectionRow } from '../../coordinator/inspections/show-inspection.ts';
import { ownLevelLane } from '../../shared/machine/lanes.ts';
import { interpreterFor, servesEnvironment } from '../../shared/machine/serves-environment.ts';
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { Fleet } from './e2e-fleet.ts';
import { until } from './until.ts';

/** A trial in seconds: enough rounds for an interval, each of them short. */
export const SHORT_TRIAL = { stacks: 4, blocks: 4, pace: { valueMs: 5, values: 4, warmups: 1, launches: 1 } };

export interface LocalMachine {
  /** X.Y of an interpreter that it has. */
  readonly python: string;
  readonly platform: string;
  /** The lane of its own psABI level. */
  readonly level: string;
  /** Path of that interpreter. */
  readonly interpreter: string;
}

/** In the order of how many wheels there are for them. */
const PYTHONS = ['3.11', '3.12', '3.10', '3.13', '3.9'] as const;

/** The agent of this name, online and with its lanes known. */
export async function agentOnline(fleet: Fleet, name: string): Promise<AgentView> {
  // Asked of the database: a command costs more of the machine than the agent that it waits for.
  const found = `select 1 from agents a join agent_presence p on p.agent_id = a.id
    where a.name = $1 and p.online and exists (select 1 from agent_lanes l where l.agent_id = a.id)`;
  const isThere = async (): Promise<boolean> => (await fleet.rows(found, [name])).length > 0;
  await until(isThere, { withinMs: 120_000, everyMs: 100 });
  return await fleet.ask<AgentView>('agent', 'show', name);
}

/** What the fleet's first own agent says of this machine. */
export async function localMachine(fleet: Fleet): Promise<LocalMachine> {
  const { fingerprint } = await agentOnline(fleet, 'local-1');
  if (fingerprint === null) throw new Error('an agent with lanes has no fingerprint');
  const platform = process.arch === 'arm64' ? 'linux_aarch64' : 'linux_x86_64';
  for (const python of PYTHONS) {
    const environment = canonicalEnvironment({ python, platform });
    const interpreter = interpreterFor(fingerprint, environment)?.path;
    if (interpreter === undefined || !servesEnvironment(fingerprint, environment).eligible) continue;
    return { python, platform, level: ownLevelLane(fingerprint), interpreter };
  }
  throw new Error(`none of ${PYTHONS.join(', ')} is on this machine`);
}

/** Makes a campaign; its file is JSON, which is YAML too. */
export async function createCampaign(
  fleet: Fleet,
  machine: LocalMachine,
  campaign: { readonly name: string; readonly [key: string]: unknown },
): Promise<string> {
  const { python, platform } = machine;
  const whole = { environments: [{ python, platform }], trial: SHORT_TRIAL, ...campaign };
  const path = await fleet.write(`${campaign.name}.yaml`, JSON.stringify(whole));
  const { id } = await fleet.ask<{ id: string }>('campaign', 'create', '-f', path);
  return id;
}

/** Watches it to its end; throws when it does not finish. */
export async function watchToEnd(fleet: Fleet, campaign: string, withinSeconds = 300): Promise<Report> {
  const watched = await fleet.troop('campaign', 'watch', campaign, '--timeout', String(withinSeconds));
  if (watched.status !== 0) throw new Error(`watch ended with ${watched.status}: ${watched.stderr}`);
  return await fleet.ask<Report>('campaign', 'report', campaign);
}

export async function inspectionsOf(fleet: Fleet, campaign: string): Promise<readonly InspectionRow[]> {
  const { items } = await fleet.ask<{ items: readonly InspectionRow[] }>(
    'inspection',
    'list',
    '--campaign',
    campaign,
  );
  return items;
}
