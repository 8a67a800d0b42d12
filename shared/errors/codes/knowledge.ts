// 11xx: knowledge base: indexes, sync, snapshots.
import { defineCodes } from '../entry.ts';

export const knowledgeCodes = defineCodes({});
