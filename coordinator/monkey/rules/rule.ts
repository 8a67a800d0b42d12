// What a rule promises. The contract test holds every kind of the registry to it: what it reads it reads totally, a rule is a
// function of its declaration alone, it only narrows a space or scores it, and the same rule said twice is the rule said once
// (scores apart, which add up).
import type { Candidate } from '../space/candidate.ts';
import type { RuleCondition } from './condition.ts';
import type { RuleDeclaration } from './declaration.ts';

export type CandidateTest = (candidate: Candidate) => boolean;

/** What a rule does to a space; a kind sets what it needs. */
export interface RuleEffect {
  /** The projects that it speaks of, by normalised name; none: of all. */
  readonly names: readonly string[];
  /** The indexes that it names. */
  readonly indexes?: readonly string[];
  /** False: it is no candidate. Absent: all are. */
  readonly admits?: CandidateTest;
  /** Added to the score of a stack for the candidate. */
  readonly scoreOf?: (candidate: Candidate) => number;
  /** A stack with a candidate of each of these is no stack of the space. */
  readonly rejects?: { readonly terms: readonly RejectedTerm[]; readonly text: string };
  /** Projects that keep the version of the reference stack, by normalised name: these, or all but these. */
  readonly holds?: { readonly projects: readonly string[]; readonly isAllBut: boolean };
}

export interface RejectedTerm {
  readonly project: string;
  readonly matches: CandidateTest;
}

export interface RuleKind {
  /** The key that says it; one word for a person who writes a campaign. */
  readonly name: string;
  readonly description: string;
  /** A declaration that it reads, for documents and the contract test. */
  readonly example: RuleDeclaration;
  /** The other keys that it takes. */
  readonly keys: readonly string[];
  /** @throws TROOP-1942 naming the key that it cannot take, and why */
  read(declaration: RuleDeclaration): RuleEffect;
}

export interface Rule {
  readonly kind: string;
  readonly when: RuleCondition;
  readonly effect: RuleEffect;
}
