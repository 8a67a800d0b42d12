// What a format of stacks is: a name, how one stack is printed, and which files one stack of a folder becomes. Writers see
// a locked stack and what was asked for, and nothing else.
import type { Requirement } from '../../shared/stack/requirement.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';

export interface FormatContext {
  /** What was asked for, where it is known. */
  readonly requirements?: readonly Requirement[];
  readonly constraints?: readonly Requirement[];
  /** Addresses by index name, without credentials. */
  readonly indexUrls?: Readonly<Record<string, string>>;
  /** An Amun specification without `python`; checked by `amunContext`. */
  readonly amun?: Readonly<Record<string, unknown>>;
}

export interface StackFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface StackFormat {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** What is printed for one stack, with its last line end. @throws TROOP-1819 where hashes are needed, TROOP-1821 */
  readonly text: (stack: LockedStack, context: FormatContext) => string;
  /** The files of the `number`th stack of a folder, from 1. @throws TROOP-1819 where hashes are needed, TROOP-1821 */
  readonly files: (stack: LockedStack, number: number, context: FormatContext) => readonly StackFile[];
}
