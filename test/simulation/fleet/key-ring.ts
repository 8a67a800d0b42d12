// Keys for many simulated fleets: made once, since making them takes longer than some fleets live. They are short ones of
// a kind that is checked ten times faster than what agents use: nobody forges here.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyRing {
  readonly coordinator: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** Of the machine with that number. */
  machine(index: number): { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

const newKeys = (): ReturnType<KeyRing['machine']> => generateKeyPairSync('rsa', { modulusLength: 512 });

export function createKeyRing(): KeyRing {
  const machines: ReturnType<KeyRing['machine']>[] = [];
  return {
    coordinator: newKeys(),
    machine: (index) => (machines[index] ??= newKeys()),
  };
}
