// The three questions that agents ask: may I have this job, does my lease go on, what shall I serve? Each handler is
// one use case; here only the wire is spoken. A request that is not believed is kept as a dead letter and not answered.
import type { KeyObject } from 'node:crypto';
import type { CoordinatorBroker, Subscription } from '../../shared/broker/broker.ts';
import {
  claimReply,
  claimRequest,
  type ClaimReply,
  type ClaimRequest,
} from '../../shared/protocol/claim-message.ts';
import { seal, type BodySchema } from '../../shared/protocol/envelope.ts';
import {
  heartbeat,
  heartbeatReply,
  type Heartbeat,
  type HeartbeatReply,
} from '../../shared/protocol/heartbeat-message.ts';
import {
  renewReply,
  renewRequest,
  type RenewReply,
  type RenewRequest,
} from '../../shared/protocol/renew-message.ts';
import { allClaims, allHeartbeats, allRenewals } from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { AgentKeys } from './agent-keys.ts';
import type { DeadLetters } from './dead-letters.ts';
import { openAgentMessage } from './open-agent-message.ts';

export interface RequestHandlers {
  readonly claim: (agentId: string, request: ClaimRequest) => Promise<ClaimReply>;
  readonly renew: (agentId: string, request: RenewRequest) => Promise<RenewReply>;
  readonly heartbeat: (agentId: string, beat: Heartbeat) => Promise<HeartbeatReply>;
}

export interface AnswerOptions {
  readonly broker: CoordinatorBroker;
  readonly handlers: RequestHandlers;
  readonly keys: AgentKeys;
  readonly deadLetters: DeadLetters;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

interface Question<Request, Reply> {
  readonly subject: string;
  readonly request: BodySchema<Request>;
  readonly reply: BodySchema<Reply>;
  readonly handle: (agentId: string, body: Request) => Promise<Reply>;
}

/** Answers until every returned subscription is stopped. */
export async function answerRequests(options: AnswerOptions): Promise<readonly Subscription[]> {
  const { claim, renew, heartbeat: beat } = options.handlers;
  return [
    await answer(options, { subject: allClaims, request: claimRequest, reply: claimReply, handle: claim }),
    await answer(options, { subject: allRenewals, request: renewRequest, reply: renewReply, handle: renew }),
    await answer(options, {
      subject: allHeartbeats,
      request: heartbeat,
      reply: heartbeatReply,
      handle: beat,
    }),
  ];
}

async function answer<Request, Reply>(
  options: AnswerOptions,
  { subject, request, reply, handle }: Question<Request, Reply>,
): Promise<Subscription> {
  return await options.broker.onRequest(subject, async (from, bytes) => {
    try {
      const { agentId, envelope } = await openAgentMessage(from, bytes, options.keys);
      const body = await handle(agentId, request.decode(envelope.body));
      const header = {
        id: options.ids.next(),
        cause: envelope.id,
        at: new Date(options.clock.nowMs()).toISOString(),
        from: 'coordinator',
        kind: reply.kind,
      };
      return seal(header, body, options.privateKey);
    } catch (error) {
      options.logger.warn({ err: error, subject: from }, 'a request was not answered');
      await options.deadLetters.keepIfUnreadable(from, bytes, error);
      return null;
    }
  });
}
