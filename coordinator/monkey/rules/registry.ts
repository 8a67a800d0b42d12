// Every kind of rule. The contract test walks this table.
import { drop } from './drop.ts';
import { dropIndex } from './drop-index.ts';
import { hold } from './hold.ts';
import { keep } from './keep.ts';
import { keepIndex } from './keep-index.ts';
import { reject } from './reject.ts';
import type { RuleKind } from './rule.ts';
import { score } from './score.ts';
import { vary } from './vary.ts';

export const ruleKinds: ReadonlyMap<string, RuleKind> = new Map(
  [keep, drop, keepIndex, dropIndex, hold, vary, score, reject].map((kind) => [kind.name, kind]),
);
