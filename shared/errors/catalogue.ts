// Every error that Troop can show. One file an area; the hundreds digit says which.
import { benchmarkCodes } from './codes/benchmark.ts';
import { brokerCodes } from './codes/broker.ts';
import { buildCodes } from './codes/build.ts';
import { campaignCodes } from './codes/campaign.ts';
import { fleetCodes } from './codes/fleet.ts';
import { formatCodes } from './codes/formats.ts';
import { generalCodes } from './codes/general.ts';
import { knowledgeCodes } from './codes/knowledge.ts';
import { monkeyCodes } from './codes/monkey.ts';
import { stackCodes } from './codes/stack.ts';
import { storeCodes } from './codes/store.ts';

export const catalogue = {
  ...generalCodes,
  ...knowledgeCodes,
  ...fleetCodes,
  ...campaignCodes,
  ...buildCodes,
  ...benchmarkCodes,
  ...storeCodes,
  ...brokerCodes,
  ...stackCodes,
  ...monkeyCodes,
  ...formatCodes,
};

export type ErrorCode = keyof typeof catalogue;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}
