// Identifiers that sort by time of making (UUID version 7, RFC 9562), from an injected clock and random source.
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

export interface Ids {
  /** A new UUIDv7 in its usual text form. */
  next(): string;
}

export function uuidIds(clock: Clock, bytes: (count: number) => Uint8Array = randomBytes): Ids {
  return {
    next: () => {
      const id = Buffer.from(bytes(16));
      id.writeUIntBE(clock.nowMs(), 0, 6);
      id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x70, 6);
      id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = id.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}
