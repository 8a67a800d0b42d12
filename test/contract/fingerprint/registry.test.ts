// What every fact promises, whatever it reads.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MachineReader } from '../../../agent/fingerprint/machine-reader.ts';
import { facts } from '../../../agent/fingerprint/registry.ts';
import { emptyFingerprint, type PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import { hardwareDigest } from '../../../shared/machine/hardware.ts';
import { DETAIL, mergeFingerprint, nullFacts } from '../../../shared/machine/merge-fingerprint.ts';
import { parseFingerprint } from '../../../shared/machine/parse-fingerprint.ts';
import {
  fingerprintOf,
  recordedMachine,
  recordedMachineNames,
  smallMachine,
} from '../../unit/agent/fingerprint/recorded-machines.ts';

/** A machine on which every file is rubbish and every command prints it. */
const rubbish: MachineReader = {
  ...smallMachine(),
  readFile: () => Promise.resolve('\u0000 :::\n= [x] max -1 0x\n'),
  listFolder: () => Promise.resolve(['cpu0', 'index0', 'node0', 'python3', 'x y']),
  exists: () => Promise.resolve(true),
  realPath: (path) => Promise.resolve(path),
  run: () => Promise.resolve({ kind: 'exited', exitCode: 0, stdout: ',,\n::\n{}', stderr: '' }),
  environment: () => '/nowhere',
  systemInformation: () => Promise.resolve({ controllers: [null, 3] }),
};

/** Dotted names of what a finding sets to more than null. */
function namesSet({ unknown: _reasons, ...finding }: PartialFingerprint): readonly string[] {
  const merged = mergeFingerprint([finding]);
  const stillNull = new Set(nullFacts(merged));
  return nullFacts(emptyFingerprint).filter((name) => !stillNull.has(name));
}

const machines = new Map<string, MachineReader>([
  ['nothing at all', smallMachine()],
  ['an empty Mac', smallMachine({ platform: 'darwin' })],
  ['rubbish', rubbish],
  ['rubbish on a Mac', { ...rubbish, platform: 'darwin' }],
]);
beforeAll(async () => {
  for (const name of await recordedMachineNames()) {
    machines.set(name, await recordedMachine(name));
  }
});

describe('the registry', () => {
  it('has every fact of the folder', async () => {
    const folder = fileURLToPath(new URL('../../../agent/fingerprint/facts', import.meta.url));
    const files = (await readdir(folder)).map((name) => name.replace(/\.ts$/, ''));
    expect(facts.map((fact) => fact.name).toSorted()).toEqual(files.toSorted());
  });

  it('provides every fact of a fingerprint exactly once', () => {
    const provided = facts.flatMap((fact) => fact.provides);
    expect(provided.toSorted()).toEqual(nullFacts(emptyFingerprint).toSorted());
  });
});

describe.each(facts.map((fact) => [fact.name, fact] as const))('the fact %s', (_name, fact) => {
  it('sets only what it provides, and gives reasons only for that', async () => {
    for (const reader of machines.values()) {
      const finding = await fact.collect(reader);
      const reasons = Object.keys(finding.unknown ?? {}).map((name) => name.split(DETAIL)[0] ?? name);
      const outside = [...namesSet(finding), ...reasons].filter((name) => !fact.provides.includes(name));
      expect(outside).toEqual([]);
    }
  });

  it('reads something of at least one recorded machine', async () => {
    const found = await Promise.all([...machines.values()].map((reader) => fact.collect(reader)));
    expect(found.flatMap(namesSet)).not.toEqual([]);
  });
});

describe('a volatile fact', () => {
  it.each(facts.filter((fact) => fact.volatile).map((fact) => [fact.name, fact] as const))(
    'does not count for the hardware epoch: %s',
    async (_name, fact) => {
      for (const reader of machines.values()) {
        const all = await fingerprintOf(reader);
        const others = facts.filter((each) => each !== fact);
        expect(hardwareDigest(await fingerprintOf(reader, others))).toBe(hardwareDigest(all));
      }
    },
  );
});

describe('a fingerprint of any machine', () => {
  it('is of the form that the coordinator takes, and has a reason for everything unknown', async () => {
    for (const reader of machines.values()) {
      const fingerprint = await fingerprintOf(reader);
      expect(parseFingerprint(JSON.parse(JSON.stringify(fingerprint)))).toEqual(fingerprint);
      expect(Object.keys(fingerprint.unknown)).toEqual(expect.arrayContaining([...nullFacts(fingerprint)]));
    }
  });

  it('is the same when read again', async () => {
    for (const reader of machines.values()) {
      expect(await fingerprintOf(reader)).toEqual(await fingerprintOf(reader));
    }
  });
});
