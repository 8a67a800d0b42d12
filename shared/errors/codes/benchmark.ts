// 15xx: running and measuring.
import { defineCodes } from '../entry.ts';

export const benchmarkCodes = defineCodes({});
