// `troop-agent join URL --token-file F`
import { hostname } from 'node:os';
import { readBoundedStream, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';
import { streamTerminal } from '../../shared/terminal/terminal.ts';
import { readAgentConfig, type AgentFlags } from '../config.ts';
import { joinFleet } from '../enrolment/join-fleet.ts';
import { stateLayout } from '../state-layout.ts';

export interface JoinFlags extends AgentFlags {
  readonly tokenFile: string;
  readonly name?: string;
  readonly json?: boolean;
}

export async function join(url: string, flags: JoinFlags): Promise<number> {
  const terminal = streamTerminal(process.stdout, process.stderr, process.env);
  const config = readAgentConfig(flags, process.env, process.getuid?.() === 0);
  const layout = stateLayout(config.stateDirectory);
  const joined = await joinFleet({
    url,
    tokenFile: flags.tokenFile,
    name:
      flags.name ??
      (hostname()
        .replace(/[^a-zA-Z0-9._-]/g, '-')
        .slice(0, 63) ||
        'machine'),
    credentialsPath: layout.credentials,
    readStandardInput: () => readBoundedStream(process.stdin, SMALL_FILE_BYTES),
  });
  const { agentId, name, coordinatorUrl, state } = joined;
  if (flags.json === true) {
    terminal.out(
      JSON.stringify({ agent_id: agentId, name, coordinator: coordinatorUrl, state, directory: layout.root }),
    );
    return 0;
  }
  terminal.out(`joined ${coordinatorUrl} as ${name} (${agentId})`);
  if (state === 'pending') terminal.say(`somebody has to approve this machine: troop agent approve ${name}`);
  terminal.say('next: troop-agent run');
  return 0;
}
