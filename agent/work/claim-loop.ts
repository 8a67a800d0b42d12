// One trial after the other: take the host, pull an offer, claim its job, run it. Nothing is pulled while the machine is
// busy, draining, low on disk or not yet known to the coordinator. The offer is acked as soon as the claim is answered,
// whatever the answer: the lease lives in the coordinator's database, not in the broker.
import type { AgentBroker, TakenOffer } from '../../shared/broker/broker.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import type { ClaimReply } from '../../shared/protocol/claim-message.ts';
import { openEnvelope } from '../../shared/protocol/envelope.ts';
import { offerMessage, type OfferMessage } from '../../shared/protocol/offer-message.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { wakeOrSleep, type AgentStatus, type WakeUp } from './agent-status.ts';
import { createBegunTrials, type BegunTrials } from './begun-trials.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { HostLock } from './host-lock.ts';

export type GrantedClaim = Extract<ClaimReply, { verdict: 'granted' }>;

export interface ClaimLoopOptions {
  readonly broker: AgentBroker;
  readonly link: CoordinatorLink;
  readonly status: AgentStatus;
  readonly hostLock: HostLock;
  readonly lookForWork: WakeUp;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** It looks that often at least: mostly somebody wakes it before. */
  readonly idlePollMs: number;
  readonly hardwareDigest: () => string;
  /** Null when it is not known: then nobody can tell this process from an earlier one. */
  readonly life: AgentLife | null;
  /** Null when work may be taken, else why not. */
  readonly notFitReason: () => Promise<string | null>;
  /** Runs a granted trial to its end; never rejects. `askedAtMs`: when it was asked for, on the monotonic clock. */
  readonly runTrial: (claim: GrantedClaim, askedAtMs: number) => Promise<void>;
}

const GIVE_BACK_MS = 5000;
/** After which an offer that was given back is there again for certain. */
const RETURNED_MS = 250;

/** What is known from one look to the next. */
interface Memory {
  readonly begun: BegunTrials;
  /** When the offers that were given back can be taken again, on the monotonic clock. */
  returnAtMs: number;
}

/** Runs until `signal` aborts; a trial that runs is finished first. */
export async function runClaimLoop(options: ClaimLoopOptions, signal: AbortSignal): Promise<void> {
  const memory = { begun: createBegunTrials(), returnAtMs: -Infinity };
  while (!signal.aborted) {
    const found = await lookOnce(options, memory, signal);
    if (found || signal.aborted) continue;
    await wakeOrSleep(options.lookForWork, options.clock, pauseMs(options, memory), signal);
  }
}

function pauseMs({ clock, idlePollMs, random }: ClaimLoopOptions, { returnAtMs }: Memory): number {
  const idleMs = idlePollMs * (0.7 + 0.6 * random());
  const untilReturnMs = returnAtMs - clock.monotonicMs();
  return untilReturnMs > 0 ? Math.min(idleMs, untilReturnMs) : idleMs;
}

/** Whether there was something to do, so that it is worth looking again at once. */
async function lookOnce(options: ClaimLoopOptions, memory: Memory, signal: AbortSignal): Promise<boolean> {
  const { status, logger } = options;
  if (status.queues.length === 0 || status.draining || status.shuttingDown) return false;
  const notFit = await options.notFitReason();
  if (notFit !== null) {
    logger.warn({ reason: notFit }, 'no work is taken');
    return false;
  }
  try {
    const release = await options.hostLock.acquire(signal);
    if (release === null) return false;
    try {
      return await takeOne(options, memory, signal);
    } finally {
      await release();
    }
  } catch (error) {
    logger.warn({ err: error }, 'looking for work failed');
    return false;
  }
}

async function takeOne(options: ClaimLoopOptions, memory: Memory, signal: AbortSignal): Promise<boolean> {
  for (const queue of options.status.queues) {
    if (signal.aborted || options.status.draining) return false;
    const offer = await options.broker.takeOffer(queue);
    if (offer === null) continue;
    // The order to stop may have come while the offer was under way: it is not for us any more.
    if (signal.aborted || options.status.draining) {
      await offer.giveBack(0);
      return false;
    }
    const reply = await claimOffered(options, memory, queue, offer);
    if (reply !== null) await runOnce(options, memory.begun, reply);
    return true;
  }
  return false;
}

/** Null when the job is not ours. */
async function claimOffered(
  options: ClaimLoopOptions,
  memory: Memory,
  queue: QueueName,
  taken: TakenOffer,
): Promise<{ readonly claim: GrantedClaim; readonly askedAtMs: number } | null> {
  const { clock, logger, link } = options;
  const giveBack = async (forMs: number): Promise<void> => {
    memory.returnAtMs = clock.monotonicMs() + forMs + RETURNED_MS;
    await taken.giveBack(forMs);
  };
  const offer = readOffer(taken.body);
  if (offer === null) {
    // Nobody can claim it: the coordinator's reconciler offers the job again, in a form that can be read.
    logger.error({ queue }, 'an offer could not be read');
    await taken.ack();
    return null;
  }
  let reply: ClaimReply;
  const askedAtMs = clock.monotonicMs();
  try {
    reply = await link.claim({
      jobId: offer.jobId,
      offerSequence: offer.offerSequence,
      hardwareDigest: options.hardwareDigest(),
      ...(options.life === null ? {} : { life: options.life }),
    });
  } catch (error) {
    await giveBack(GIVE_BACK_MS).catch(() => {});
    throw error;
  }
  if (reply.verdict === 'refused') {
    const waits = reply.refusal === 'not_yet' || reply.refusal === 'busy';
    await (waits ? giveBack(reply.retryInMs ?? GIVE_BACK_MS) : taken.ack());
    logger.debug({ jobId: offer.jobId, refusal: reply.refusal }, 'a claim was refused');
    return null;
  }
  // Whatever the broker says to the ack, the job is ours now; a doubled offer is refused by the next claim.
  await taken.ack().catch((error: unknown) => {
    logger.warn({ err: error, jobId: offer.jobId }, 'the offer could not be acked');
  });
  return { claim: reply, askedAtMs };
}

async function runOnce(
  { status, logger, runTrial }: ClaimLoopOptions,
  begun: BegunTrials,
  { claim, askedAtMs }: { readonly claim: GrantedClaim; readonly askedAtMs: number },
): Promise<void> {
  const { jobId, epoch } = claim;
  if (!begun.begin(jobId, epoch)) {
    logger.info({ jobId, epoch }, 'a trial that was given up is not begun again');
    return;
  }
  status.set({ job: { jobId, epoch } });
  try {
    await runTrial(claim, askedAtMs);
  } finally {
    status.set({ job: null });
  }
}

function readOffer(bytes: Uint8Array): OfferMessage | null {
  try {
    return offerMessage.decode(openEnvelope(bytes).body);
  } catch {
    return null;
  }
}
