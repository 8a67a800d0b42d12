// 12xx: machines, agents, lanes, enrolment.
import { defineCodes } from '../entry.ts';

export const fleetCodes = defineCodes({});
