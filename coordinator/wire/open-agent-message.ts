// Bytes from the wire → a message of a known agent, or the reason why it is not believed.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { isSignedBy, openEnvelope, type Envelope } from '../../shared/protocol/envelope.ts';
import { agentOfSubject } from '../../shared/protocol/subjects.ts';
import { isCompatible, PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { AgentKeys } from './agent-keys.ts';

export interface AgentMessage {
  readonly agentId: string;
  readonly envelope: Envelope;
}

/** Throws TROOP-1701 (unreadable, other protocol) or TROOP-1703 (not the agent's signature, not its subject). */
export async function openAgentMessage(
  subject: string,
  bytes: Uint8Array,
  keys: AgentKeys,
): Promise<AgentMessage> {
  const envelope = openEnvelope(bytes);
  if (!isCompatible(PROTOCOL_VERSION, envelope.version)) {
    throw new TroopError('TROOP-1701', {
      reason: `protocol ${envelope.version}, this coordinator speaks ${PROTOCOL_VERSION}`,
    });
  }
  const agentId = envelope.from;
  if (agentOfSubject(subject) !== agentId) {
    throw new TroopError('TROOP-1703', { from: `${agentId} on ${subject}` });
  }
  const key = await keys.find(agentId);
  if (key === null || !isSignedBy(envelope, key)) throw new TroopError('TROOP-1703', { from: agentId });
  return { agentId, envelope };
}
