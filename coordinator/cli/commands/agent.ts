// `troop agent list|show|approve|drain|undrain|quarantine|remove`
import type { AgentView } from '../../fleet/agents.ts';
import { describeMachine, summariseMachine } from '../../../shared/machine/describe-machine.ts';
import { tableLines } from '../../../shared/terminal/table.ts';
import { openContext, type CommonFlags } from '../command-context.ts';

export async function listAgents(flags: CommonFlags): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  answer(await api.get<{ items: readonly AgentView[] }>('/agents'), ({ items }) =>
    tableLines(
      terminal,
      [
        { title: 'agent' },
        { title: 'state' },
        { title: 'machine' },
        { title: 'lanes' },
        { title: 'last seen' },
      ],
      items.map((agent) => [
        agent.name,
        stateOf(agent),
        agent.fingerprint === null ? 'not known yet' : summariseMachine(agent.fingerprint),
        agent.lanes
          .filter((lane) => lane.eligible)
          .map((lane) => lane.lane)
          .join(' ') || '-',
        agent.last_seen_at ?? 'never',
      ]),
    ),
  );
  return 0;
}

export async function showAgent(agent: string, flags: CommonFlags): Promise<number> {
  const { api, answer } = await openContext(flags);
  answer(await api.get<AgentView>(`/agents/${encodeURIComponent(agent)}`), describeAgent);
  return 0;
}

export type AgentOrder = 'approve' | 'drain' | 'undrain' | 'quarantine' | 'remove';

export async function orderAgent(
  order: AgentOrder,
  agent: string,
  flags: CommonFlags & { message?: string },
): Promise<number> {
  const { api, terminal, isJson } = await openContext(flags);
  const body = flags.message === undefined ? {} : { reason: flags.message };
  const done = await api.post<{ id: string; name: string }>(
    `/agents/${encodeURIComponent(agent)}/${order}`,
    body,
  );
  if (isJson) terminal.out(JSON.stringify(done));
  else terminal.say(`${order}: ${done.name}`);
  return 0;
}

function stateOf(agent: AgentView): string {
  if (agent.admin_state !== 'active') return agent.admin_state;
  if (!agent.online) return agent.last_seen_at === null ? 'never seen' : 'offline';
  return agent.working_on === null ? 'idle' : 'working';
}

/** The facts of a machine in lines, also used by reports. */
export function describeAgent(agent: AgentView): readonly string[] {
  const reason = agent.admin_reason === null ? '' : ` (${agent.admin_reason})`;
  return [
    `${agent.name}  ${stateOf(agent)}${reason}  ${agent.id}`,
    ...(agent.fingerprint === null ? ['the machine is not known yet'] : describeMachine(agent.fingerprint)),

    `epoch       ${agent.hardware_epoch} of its hardware`,
    ...agent.lanes.map(
      ({ lane, eligible, reasons }) =>
        `lane        ${lane}: ${eligible ? 'yes' : `no, ${reasons.join('; ')}`}`,
    ),
  ];
}
