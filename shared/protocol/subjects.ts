// Every subject, stream and durable name of the wire comes from here and from nowhere else. RabbitMQ's queue names
// follow from the same functions. A token holds no dot, since dots split subjects.

export const OFFERS_STREAM = 'TROOP_OFFERS';
export const RESULTS_STREAM = 'TROOP_RESULTS';
export const LOGS_STREAM = 'TROOP_LOGS';

/** 0 is taken before 1. */
export type Priority = 0 | 1;

/** One queue of offers: a lane, what the stack is built for (`linux_x86_64-cp311`), and a priority. */
export interface QueueName {
  readonly lane: string;
  readonly target: string;
  readonly priority: Priority;
}

const LANE = /^[a-z0-9_+-]{1,48}$/;
const TARGET = /^[a-z0-9_-]{1,64}$/;
const AGENT = /^[a-z0-9-]{1,64}$/;

const checked = (pattern: RegExp, token: string, what: string): string => {
  if (!pattern.test(token)) throw new RangeError(`not a ${what} token: ${JSON.stringify(token)}`);
  return token;
};

const lane = (queue: QueueName): string => checked(LANE, queue.lane, 'lane');
const target = (queue: QueueName): string => checked(TARGET, queue.target, 'target');
const agent = (agentId: string): string => checked(AGENT, agentId, 'agent');

/** `avx2.linux_x86_64-cp311.p1`: the queue as text, also its key in tables and metrics. */
export const queueText = (queue: QueueName): string => `${lane(queue)}.${target(queue)}.p${queue.priority}`;

/** `troop.offer.avx2.linux_x86_64-cp311.p1` */
export const offerSubject = (queue: QueueName): string => `troop.offer.${queueText(queue)}`;
/** `troop.offer.>` */
export const allOffers = 'troop.offer.>';
/** `o_avx2_linux_x86_64-cp311_p1`: the durable consumer of a queue. */
export const offerConsumer = (queue: QueueName): string => `o_${queueText(queue).replaceAll('.', '_')}`;

/** `troop.result.<agent>` */
export const resultSubject = (agentId: string): string => `troop.result.${agent(agentId)}`;
export const allResults = 'troop.result.*';
/** `troop.log.<agent>.<job>` */
export const logSubject = (agentId: string, jobId: string): string =>
  `troop.log.${agent(agentId)}.${checked(AGENT, jobId, 'job')}`;
export const allLogs = 'troop.log.*.*';
/** `troop.log.<agent>.*`: of all jobs of one agent */
export const logSubjectsOf = (agentId: string): string => `troop.log.${agent(agentId)}.*`;

/** `troop.claim.<agent>`, request/reply */
export const claimSubject = (agentId: string): string => `troop.claim.${agent(agentId)}`;
export const allClaims = 'troop.claim.*';
/** `troop.renew.<agent>`, request/reply */
export const renewSubject = (agentId: string): string => `troop.renew.${agent(agentId)}`;
export const allRenewals = 'troop.renew.*';
/** `troop.heartbeat.<agent>`, request/reply: the answer carries the queues to serve */
export const heartbeatSubject = (agentId: string): string => `troop.heartbeat.${agent(agentId)}`;
export const allHeartbeats = 'troop.heartbeat.*';
/** `troop.control.<agent>` */
export const controlSubject = (agentId: string): string => `troop.control.${agent(agentId)}`;
/** `troop.scrape.<agent>`, request/reply */
export const scrapeSubject = (agentId: string): string => `troop.scrape.${agent(agentId)}`;

/** The agent's id, the last or only variable token of the subjects above. */
export function agentOfSubject(subject: string): string | null {
  const match = /^troop\.(?:claim|renew|heartbeat|result|log|control|scrape)\.([a-z0-9-]{1,64})(?:\.|$)/.exec(
    subject,
  );
  return match?.[1] ?? null;
}

/** Prefix of an agent's private reply subjects: `_INBOX_<agent>` */
export const inboxPrefix = (agentId: string): string => `_INBOX_${agent(agentId)}`;
