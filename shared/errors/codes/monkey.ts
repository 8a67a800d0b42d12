// 19xx: state space, sampling.
import { defineCodes } from '../entry.ts';

export const monkeyCodes = defineCodes({});
