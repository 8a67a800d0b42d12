// 14xx: building a stack on a machine.
import { defineCodes } from '../entry.ts';

export const buildCodes = defineCodes({});
