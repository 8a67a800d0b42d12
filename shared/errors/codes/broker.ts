// 17xx: message broker and wire.
import { defineCodes } from '../entry.ts';

export const brokerCodes = defineCodes({});
