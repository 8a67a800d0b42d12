// What coverage of a space is measured against; whoever reads the stacks counts.
import { coverageFrame, type CoverageFrame } from '../../monkey/covered/coverage-frame.ts';
import { compileSpace } from '../../monkey/diagram/compile.ts';
import { refuseConflict } from '../open-space.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';
import { compileBudget, type QueryBudget } from './budget.ts';

export interface CoverageRequest {
  readonly space: SpaceRequest;
  readonly budget: QueryBudget;
}

export interface CoverageAnswer extends Omit<CoverageFrame, 'pairs'> {
  /** By class, base64 of the little-endian words of the set of those that it meets; null when it is not exact. */
  readonly pairs: readonly string[] | null;
}

/** @throws TROOP-1905 when there is no stack, and as `openSpace` */
export async function frameCoverage(spaces: Spaces, request: CoverageRequest): Promise<CoverageAnswer> {
  const open = await spaces.open(request.space);
  refuseConflict(open);
  const frame = coverageFrame(open.space, compileSpace(open.space, compileBudget(request.budget)));
  return { ...frame, pairs: frame.pairs?.map(base64Of) ?? null };
}

/** The reverse, at the end that counts. */
export function frameOf(answer: CoverageAnswer): CoverageFrame {
  return { ...answer, pairs: answer.pairs?.map(wordsOf) ?? null };
}

function base64Of(words: Uint32Array): string {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('base64');
}

function wordsOf(text: string): Uint32Array {
  return new Uint32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
