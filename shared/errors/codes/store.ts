// 16xx: PostgreSQL.
import { defineCodes } from '../entry.ts';

export const storeCodes = defineCodes({});
