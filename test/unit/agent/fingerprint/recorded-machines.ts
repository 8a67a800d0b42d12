// The recorded machines under test/fixtures/machines, and small ones made up for a single question.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { collectFingerprint } from '../../../../agent/fingerprint/collect-fingerprint.ts';
import type { Fact } from '../../../../agent/fingerprint/fact.ts';
import type { CommandOutcome, MachineReader } from '../../../../agent/fingerprint/machine-reader.ts';
import { openRecording, recordedReader } from '../../../../agent/fingerprint/recorded-reader.ts';
import type { Recording } from '../../../../agent/fingerprint/recording.ts';
import { facts } from '../../../../agent/fingerprint/registry.ts';
import type { Fingerprint } from '../../../../shared/machine/fingerprint.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/machines', import.meta.url));

export const recordedMachine = (name: string): Promise<MachineReader> => openRecording(`${FOLDER}/${name}`);

export const recordedMachineNames = (): Promise<string[]> => readdir(FOLDER);

/** The fingerprint that all facts, or the given ones, read. */
export const fingerprintOf = (reader: MachineReader, some: readonly Fact[] = facts): Promise<Fingerprint> =>
  collectFingerprint({ reader, facts: some, clock: systemClock });

export interface SmallMachine extends Partial<Omit<Recording, 'commands'>> {
  readonly commands?: Readonly<Record<string, CommandOutcome>>;
  /** Texts of several lines. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A Linux machine with nothing on it but what is given. */
export function smallMachine({ commands = {}, files = {}, ...machine }: SmallMachine = {}): MachineReader {
  const recording: Recording = {
    platform: 'linux',
    description: '',
    environment: {},
    values: {},
    folders: {},
    links: {},
    present: [],
    systemInformation: {},
    ...machine,
    commands: Object.entries(commands).map(([command, outcome]) => ({ command, outcome })),
  };
  return recordedReader(recording, (path) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(text);
  });
}

export const printed = (stdout: string, exitCode = 0, stderr = ''): CommandOutcome => ({
  kind: 'exited',
  exitCode,
  stdout,
  stderr,
});
