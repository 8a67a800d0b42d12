// Whether the broker takes the agent's credentials, and whether a signed question comes back answered: the way that
// every claim goes.
import { openAgentBroker } from '../../../../shared/broker/open-broker.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { inboxPrefix } from '../../../../shared/protocol/subjects.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createCoordinatorLink } from '../../../work/coordinator-link.ts';
import { brokerUrl, keysOf, type Credentials } from '../../credentials.ts';
import { fail, ok, whenJoined, type Check, type DoctorContext, type Finding } from '../check.ts';

const ANSWER_MS = 5000;

export const brokerCheck: Check = {
  id: 'broker',
  title: 'broker',
  run: (context) => whenJoined(context, (credentials) => talk(context, credentials)),
};

async function talk(
  { clock, nextId, brokerTimeoutMs }: DoctorContext,
  credentials: Credentials,
): Promise<Finding> {
  const { agentId, broker } = credentials;
  const client = await openAgentBroker({
    url: brokerUrl(broker),
    name: `troop-agent doctor ${agentId}`,
    inboxPrefix: inboxPrefix(agentId),
    clock,
    logger: silentLogger,
    connectTimeoutMs: brokerTimeoutMs,
  });
  try {
    const link = createCoordinatorLink({
      broker: client,
      agentId,
      keys: keysOf(credentials),
      clock,
      ids: { next: nextId },
      logger: silentLogger,
      timeoutMs: ANSWER_MS,
    });
    // A lease that nobody holds: the answer is "lost", and nothing changes.
    await link.renew({ jobId: 'doctor', epoch: 1 });
    return ok(`${broker.url} takes the credentials, and the coordinator answers there`);
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    return fail(`${broker.url} takes the credentials, but ${error.message}`, error.hint);
  } finally {
    await client.close();
  }
}
