// 13xx: campaigns, inspections, jobs.
import { defineCodes } from '../entry.ts';

export const campaignCodes = defineCodes({});
