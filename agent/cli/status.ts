// `troop-agent status`
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readBoundedText, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';
import { isStillRunning, parseIdentity } from '../../shared/runtime/process-identity.ts';
import { streamTerminal } from '../../shared/terminal/terminal.ts';
import { readAgentConfig, type AgentFlags } from '../config.ts';
import { readCredentials } from '../enrolment/credentials.ts';
import { stateLayout } from '../state-layout.ts';
import { readStatus } from '../status-file.ts';

/** 0 while an agent runs here, 1 when none does. */
export async function status(flags: AgentFlags & { json?: boolean }): Promise<number> {
  const terminal = streamTerminal(process.stdout, process.stderr, process.env);
  const { stateDirectory } = readAgentConfig(flags, process.env, process.getuid?.() === 0);
  const layout = stateLayout(stateDirectory);
  const credentials = await readCredentials(layout.credentials);
  if (credentials === null) throw new TroopError('TROOP-1207', { directory: stateDirectory });
  const report = await readStatus(layout.status);
  const isRunning = report !== null && (await isHeldBy(report.pid, layout.lock));
  if (flags.json === true) {
    terminal.out(
      JSON.stringify({ running: isRunning, agent_id: credentials.agentId, name: credentials.name, report }),
    );
    return isRunning ? 0 : 1;
  }
  terminal.out(`${credentials.name} (${credentials.agentId}) of ${credentials.coordinatorUrl}`);
  if (!isRunning || report === null) {
    terminal.out('not running');
    terminal.say('next: troop-agent run');
    return 1;
  }
  terminal.out(
    `${report.state}${report.job === null ? '' : ` on job ${report.job.jobId} (epoch ${report.job.epoch})`}, process ${report.pid}`,
  );
  terminal.out(
    `broker ${report.brokerConnected ? 'connected' : 'not connected'}, ${report.spooledMessages} messages waiting to be committed, sandbox ${report.sandbox}`,
  );
  terminal.out(`serves ${report.queues.length === 0 ? 'no queue now' : report.queues.join(', ')}`);
  return 0;
}

/** The lock names its holder for certain; the number alone may be another's by now. */
async function isHeldBy(pid: number, lockPath: string): Promise<boolean> {
  const text = await readBoundedText(lockPath, SMALL_FILE_BYTES).catch(() => '');
  const holder = parseIdentity(text);
  return holder !== null && holder.pid === pid && (await isStillRunning(holder));
}
