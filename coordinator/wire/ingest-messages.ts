// Results and logs from the broker into the database. The agent hears "committed" only after the transaction, whatever
// the verdict on the message was; a broken database means "again later", a broken message means a dead letter.
import type { CoordinatorBroker, DurableChannel, Subscription } from '../../shared/broker/broker.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Envelope } from '../../shared/protocol/envelope.ts';
import {
  blockMessage,
  buildMessage,
  endMessage,
  logMessage,
  trialMessageId,
} from '../../shared/protocol/trial-messages.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { TrialMessage } from '../inspections/trial-message.ts';
import type { AgentKeys } from './agent-keys.ts';
import type { ControlSender } from './control-sender.ts';
import type { DeadLetters } from './dead-letters.ts';
import { openAgentMessage, type AgentMessage } from './open-agent-message.ts';

export interface IngestOptions {
  readonly broker: CoordinatorBroker;
  readonly keys: AgentKeys;
  readonly deadLetters: DeadLetters;
  readonly control: ControlSender;
  readonly logger: Logger;
  /** Commits one message; resolves only when it is in the database, rejects when it should come again. */
  readonly record: (agentId: string, id: string, message: TrialMessage) => Promise<void>;
  /** Whether the message itself is to blame for what `record` rejected with, so that it would fail for ever. */
  readonly isHopeless: (error: unknown) => boolean;
  /** Keeps what can be kept of a message that can never be recorded. */
  readonly reject: (agentId: string, id: string, message: TrialMessage, reason: string) => Promise<void>;
}

/** A defect of ours may be a passing one: so many times a message is tried again before it counts as hopeless. */
const MAXIMUM_DEFECTS = 5;
const REMEMBERED_MESSAGES = 1000;

/** Consumes until every returned subscription is stopped. */
export async function ingestMessages(options: IngestOptions): Promise<readonly Subscription[]> {
  const hopes = createHopes(options.isHopeless);
  const consume = (channel: DurableChannel): Promise<Subscription> =>
    options.broker.consumeDurable(channel, async ({ subject, body }) => {
      let sender: AgentMessage | null = null;
      try {
        sender = await openAgentMessage(subject, body, options.keys);
        const { agentId, envelope } = sender;
        return await recordOne(options, hopes, agentId, decode(envelope));
      } catch (error) {
        options.logger.warn({ err: error, subject }, 'a message could not be recorded');
        if (!(await options.deadLetters.keepIfUnreadable(subject, body, error))) return 'retry';
        // Kept is kept: an agent that never heard so would send the same message for ever.
        if (sender !== null) await options.control.committed(sender.agentId, sender.envelope.id);
        return 'done';
      }
    });
  return [await consume('result'), await consume('log')];
}

async function recordOne(
  options: IngestOptions,
  hopes: Hopes,
  agentId: string,
  message: TrialMessage,
): Promise<'done'> {
  const id = trialMessageId(message.kind, message.body);
  try {
    await options.record(agentId, id, message);
  } catch (error) {
    if (!hopes.areGone(`${agentId} ${id}`, error)) throw error;
    options.logger.error({ err: error, agentId, id }, 'a message can never be recorded');
    await options.reject(agentId, id, message, error instanceof Error ? error.message : String(error));
  }
  await options.control.committed(agentId, id);
  return 'done';
}

interface Hopes {
  /** Whether trying the message again is in vain after this error. */
  areGone(key: string, error: unknown): boolean;
}

/** What the catalogue knows is retried for ever or not at all; what it does not know is a defect of ours. */
function createHopes(isHopeless: (error: unknown) => boolean): Hopes {
  const defects = new Map<string, number>();
  return {
    areGone: (key, error) => {
      if (isHopeless(error)) return true;
      if (error instanceof TroopError) return false;
      const count = (defects.get(key) ?? 0) + 1;
      defects.delete(key);
      defects.set(key, count);
      for (const oldest of [...defects.keys()].slice(0, -REMEMBERED_MESSAGES)) defects.delete(oldest);
      return count >= MAXIMUM_DEFECTS;
    },
  };
}

function decode(envelope: Envelope): TrialMessage {
  switch (envelope.kind) {
    case 'build':
      return { kind: 'build', body: buildMessage.decode(envelope.body) };
    case 'block':
      return { kind: 'block', body: blockMessage.decode(envelope.body) };
    case 'end':
      return { kind: 'end', body: endMessage.decode(envelope.body) };
    case 'log':
      return { kind: 'log', body: logMessage.decode(envelope.body) };
    default:
      throw new TroopError('TROOP-1701', { reason: `no message of kind ${envelope.kind} belongs here` });
  }
}
