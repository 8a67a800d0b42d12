// 18xx: the language of Python stacks.
import { defineCodes } from '../entry.ts';

export const stackCodes = defineCodes({});
