// Reads answers of `systeminformation`, which says 0 or '' for what it does not know: here that is null.
import type { MachineReader, SystemTopic } from './machine-reader.ts';

/** The answer as a record; an empty one when there is none. */
export async function systemRecord(
  reader: MachineReader,
  topic: SystemTopic,
): Promise<Readonly<Record<string, unknown>>> {
  return asRecord(await reader.systemInformation(topic));
}

export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

export const positive = (value: unknown): number | null =>
  typeof value === 'number' && value > 0 ? value : null;

export const nonEmpty = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
