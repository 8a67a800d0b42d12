// Moments in the life of a campaign at which something may happen to a process of the fleet. Each is reached on a campaign of
// its own and held where that is possible, so that what happens then happens in it.
import { readFile, writeFile } from 'node:fs/promises';
import { stateLayout } from '../../agent/state-layout.ts';
import type { Credentials } from '../../agent/enrolment/credentials.ts';
import { inABlock, saidAndUnanswered, whileFeeding, type ChaosFleet } from './chaos-campaign.ts';
import { killNow } from './e2e-processes.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from './tcp-fault-proxy.ts';
import { until } from './until.ts';

export const MOMENTS = [
  'during a build',
  'in a block',
  'between a commit and its reply',
  'during feeding',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Reached {
  /** Stacks of the campaign. */
  readonly stacks: number;
  /** Ends what holds the moment. */
  letGo(): void;
}

export interface Moments {
  /** Makes a campaign of this name and resolves in the moment. */
  reach(moment: Moment, campaign: string): Promise<Reached>;
  close(): Promise<void>;
}

/** Projects of which no build has fetched anything yet. */
const UNFETCHED = ['unfetched1', 'unfetched2'];
const FEW = 2;
/** More than a window of offers for one machine takes. */
const MANY = 6;

export async function openMoments(chaos: ChaosFleet): Promise<Moments> {
  const unfetched = [...UNFETCHED];
  const projects = [
    ['few', FEW + 1],
    ['many', MANY + 1],
    ...UNFETCHED.map((name) => [name, FEW + 1] as const),
  ] as const;
  await chaos.know(Object.fromEntries(projects));
  const proxies: TcpFaultProxy[] = [];
  const reach = async (moment: Moment, campaign: string): Promise<Reached> => {
    switch (moment) {
      case 'during a build':
        return { stacks: FEW, letGo: await holdBuild(chaos, campaign, unfetched.shift()) };
      case 'in a block':
        await chaos.campaign(campaign, { project: 'few', stacks: FEW });
        await inABlock(chaos, campaign);
        return { stacks: FEW, letGo: () => undefined };
      case 'between a commit and its reply': {
        const proxy = await putProxyBeforeBroker(chaos, proxies);
        await chaos.campaign(campaign, { project: 'few', stacks: FEW });
        await inABlock(chaos, campaign);
        proxy.holdAnswers();
        await saidAndUnanswered(chaos);
        return { stacks: FEW, letGo: () => proxy.release() };
      }
      case 'during feeding':
        await chaos.campaign(campaign, { project: 'many', stacks: MANY, blocks: 2 });
        await whileFeeding(chaos, campaign);
        return { stacks: MANY, letGo: () => undefined };
    }
  };
  return {
    reach,
    close: async () => {
      for (const proxy of proxies) await proxy.close();
    },
  };
}

/** A file that the build needs does not come. */
async function holdBuild(
  chaos: ChaosFleet,
  campaign: string,
  project: string | undefined,
): Promise<() => void> {
  if (project === undefined) throw new Error('every project has been fetched');
  const wheel = new RegExp(`/${project}-[^/]*\\.whl$`);
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  chaos.index.forgetRequests();
  chaos.index.fail(wheel, { kind: 'held', until: held }, 1);
  await chaos.campaign(campaign, { project, stacks: FEW });
  await chaos.index.whenAsked(wheel);
  return letGo;
}

/** The agent is started again, and speaks to the broker through the proxy until its coordinator has it join anew. */
async function putProxyBeforeBroker(chaos: ChaosFleet, proxies: TcpFaultProxy[]): Promise<TcpFaultProxy> {
  const { credentials: path } = stateLayout(chaos.agentState);
  const credentials = JSON.parse(await readFile(path, 'utf8')) as Credentials;
  const { hostname: host, port } = new URL(credentials.broker.url);
  const there = proxies.find((proxy) => proxy.port === Number(port));
  if (there !== undefined) return there;
  const proxy = await startTcpFaultProxy({ host, port: Number(port) });
  proxies.push(proxy);
  const broker = { ...credentials.broker, url: `nats://${host}:${proxy.port}` };
  await writeFile(path, JSON.stringify({ ...credentials, broker }));
  const before = await chaos.agentPid();
  killNow(before);
  await until(async () => ![0, before].includes(await chaos.agentPid()) && proxy.carried > 0, {
    withinMs: 60_000,
    everyMs: 50,
  });
  return proxy;
}
