// Notices to agents, signed; at most once, so whatever they say is also learned by the next heartbeat or resend.
import type { KeyObject } from 'node:crypto';
import type { AgentBroker } from '../../shared/broker/broker.ts';
import type { ControlMessage } from '../../shared/protocol/control-message.ts';
import { seal } from '../../shared/protocol/envelope.ts';
import { controlSubject } from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Logger } from '../../shared/runtime/logger.ts';

export interface ControlSender {
  wake(agentId: string): Promise<void>;
  committed(agentId: string, messageId: string): Promise<void>;
  cancel(agentId: string, jobId: string, epoch: number): Promise<void>;
}

export function createControlSender(options: {
  broker: AgentBroker;
  privateKey: KeyObject;
  clock: Clock;
  ids: Ids;
  logger: Logger;
}): ControlSender {
  const send = async (agentId: string, message: ControlMessage): Promise<void> => {
    const header = {
      id: options.ids.next(),
      cause: null,
      at: new Date(options.clock.nowMs()).toISOString(),
      from: 'coordinator',
      kind: 'control',
    };
    try {
      await options.broker.notify(controlSubject(agentId), seal(header, message, options.privateKey));
    } catch (error) {
      options.logger.debug({ err: error, agentId, order: message.order }, 'a notice could not be sent');
    }
  };
  return {
    wake: (agentId) => send(agentId, { order: 'wake' }),
    committed: (agentId, messageId) => send(agentId, { order: 'committed', ids: [messageId] }),
    cancel: (agentId, jobId, epoch) => send(agentId, { order: 'cancel', jobId, epoch }),
  };
}
