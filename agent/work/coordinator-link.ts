// Talking with the coordinator: every request is signed with the agent's key, every answer and notice is believed only
// when the coordinator's key signed it and, for an answer, when it belongs to the very request.
import type { AgentBroker, Subscription } from '../../shared/broker/broker.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { claimReply, type ClaimReply, type ClaimRequest } from '../../shared/protocol/claim-message.ts';
import { controlMessage, type ControlMessage } from '../../shared/protocol/control-message.ts';
import { isSignedBy, openEnvelope, seal, type BodySchema } from '../../shared/protocol/envelope.ts';
import {
  heartbeatReply,
  type Heartbeat,
  type HeartbeatReply,
} from '../../shared/protocol/heartbeat-message.ts';
import { renewReply, type RenewReply, type RenewRequest } from '../../shared/protocol/renew-message.ts';
import {
  claimSubject,
  controlSubject,
  heartbeatSubject,
  renewSubject,
} from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { AgentKeys } from '../enrolment/credentials.ts';

export interface CoordinatorLink {
  claim(request: ClaimRequest): Promise<ClaimReply>;
  renew(request: RenewRequest): Promise<RenewReply>;
  heartbeat(beat: Heartbeat): Promise<HeartbeatReply>;
  onControl(handler: (message: ControlMessage) => void): Promise<Subscription>;
  /** A signed message for the spool. */
  sealed(kind: string, id: string, body: unknown): Uint8Array;
}

export interface LinkOptions {
  readonly broker: AgentBroker;
  readonly agentId: string;
  readonly keys: AgentKeys;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** How long to wait for an answer. */
  readonly timeoutMs: number;
}

export function createCoordinatorLink(options: LinkOptions): CoordinatorLink {
  const { broker, agentId, keys, clock, ids } = options;

  const sealed = (kind: string, id: string, body: unknown): Uint8Array =>
    seal(
      { id, cause: null, at: new Date(clock.nowMs()).toISOString(), from: agentId, kind },
      body,
      keys.privateKey,
    );

  const ask = async <Reply>(
    subject: string,
    kind: string,
    body: unknown,
    reply: BodySchema<Reply>,
  ): Promise<Reply> => {
    const id = ids.next();
    const answer = openEnvelope(await broker.request(subject, sealed(kind, id, body), options.timeoutMs));
    if (!isSignedBy(answer, keys.coordinatorPublicKey)) {
      throw new TroopError('TROOP-1703', { from: 'the coordinator' });
    }
    if (answer.cause !== id || answer.kind !== reply.kind) {
      throw new TroopError('TROOP-1701', {
        reason: `an answer of kind ${answer.kind} that belongs to another request`,
      });
    }
    return reply.decode(answer.body);
  };

  return {
    claim: (request) => ask(claimSubject(agentId), 'claim', request, claimReply),
    renew: (request) => ask(renewSubject(agentId), 'renew', request, renewReply),
    heartbeat: (beat) => ask(heartbeatSubject(agentId), 'heartbeat', beat, heartbeatReply),
    onControl: (handler) =>
      broker.onNotice(controlSubject(agentId), (_subject, bytes) => {
        try {
          const envelope = openEnvelope(bytes);
          if (!isSignedBy(envelope, keys.coordinatorPublicKey)) {
            throw new TroopError('TROOP-1703', { from: 'the coordinator' });
          }
          handler(controlMessage.decode(envelope.body));
        } catch (error) {
          options.logger.warn({ err: error }, 'a control message was refused');
        }
      }),
    sealed,
  };
}
