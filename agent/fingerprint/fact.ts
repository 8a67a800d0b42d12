// One fact, one file, one line of the registry: what every member of this family looks like.
import type { PartialFingerprint } from '../../shared/machine/fingerprint.ts';
import type { MachineReader } from './machine-reader.ts';

export interface Fact {
  /** As its file is called. */
  readonly name: string;
  /** Dotted names of what it sets in the fingerprint; no two facts set the same. */
  readonly provides: readonly string[];
  /** Whether it may change without the machine being another one; such facts never count for the hardware epoch. */
  readonly volatile: boolean;
  /** Reads it. What cannot be read stays null, with the reason under `unknown` where there is more to say than that. */
  collect(reader: MachineReader): Promise<PartialFingerprint>;
}
