// Every Python of the machine, each asked by running it: a file name proves neither version nor platform. Not trusted
// beyond that: an interpreter that hangs or prints nonsense is left out with its reason.
import { fileURLToPath } from 'node:url';
import type { InterpreterFacts, PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import { compareDotted } from '../../../shared/machine/quantities.ts';
import { environmentFromProbe, type InterpreterProbe } from '../../../shared/stack/interpreter-probe.ts';
import { supportedTags } from '../../../shared/stack/tags.ts';
import type { Fact } from '../fact.ts';
import { findInterpreters } from '../find-interpreters.ts';
import { readCommand, type MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';
import { asRecord } from '../system-information.ts';

const PROBE_SCRIPT = fileURLToPath(new URL('../../../shared/stack/probe-interpreter.py', import.meta.url));
const PROBE_TIMEOUT_MS = 15_000;
const PROBES_AT_ONCE = 4;

export const interpretersFact: Fact = {
  name: 'interpreters',
  provides: ['interpreters'],
  volatile: true,
  collect: async (reader) => {
    const { paths, leftOut } = await findInterpreters(reader);
    const probes = await mapBounded(paths, PROBES_AT_ONCE, (path) => probeInterpreter(reader, path));
    const unknown: Record<string, string> = {};
    for (const probe of probes) {
      if ('reason' in probe) {
        unknown[`interpreters: ${probe.path}`] = probe.reason;
      }
    }
    if (leftOut > 0) {
      unknown['interpreters: others'] = `${leftOut} more were found and not asked`;
    }
    return { interpreters: sorted(probes), unknown } satisfies PartialFingerprint;
  },
};

type Probed = InterpreterFacts | { readonly path: string; readonly reason: string };

const sorted = (probes: readonly Probed[]): readonly InterpreterFacts[] =>
  probes
    .flatMap((probe) => ('reason' in probe ? [] : [probe]))
    .toSorted(
      (left, right) =>
        compareDotted(right.fullVersion, left.fullVersion) || (left.path < right.path ? -1 : 1),
    );

async function probeInterpreter(reader: MachineReader, path: string): Promise<Probed> {
  const answer = await readCommand(reader, [path, '-I', '-S', PROBE_SCRIPT], PROBE_TIMEOUT_MS);
  if (!('output' in answer)) {
    return { path, reason: answer.reason };
  }
  const probe = readProbe(answer.output);
  return probe === null ? { path, reason: 'it printed something else than a probe' } : describe(path, probe);
}

function readProbe(output: string): InterpreterProbe | null {
  let value: Readonly<Record<string, unknown>>;
  try {
    value = asRecord(JSON.parse(output));
  } catch {
    return null;
  }
  const texts = ['implementation', 'version', 'full_version', 'platform', 'machine', 'executable', 'prefix'];
  const isWhole =
    texts.every((name) => typeof value[name] === 'string') &&
    typeof value['pointer_bits'] === 'number' &&
    typeof value['free_threaded'] === 'boolean' &&
    ['glibc', 'musl', 'soabi'].every((name) => value[name] === null || typeof value[name] === 'string');
  return isWhole ? (value as unknown as InterpreterProbe) : null;
}

function describe(path: string, probe: InterpreterProbe): InterpreterFacts {
  const target = targetOf(probe);
  return {
    path,
    implementation: probe.implementation,
    version: probe.version,
    fullVersion: probe.full_version,
    platform: target?.platform ?? probe.platform,
    freeThreaded: probe.free_threaded,
    libc: libcOf(probe),
    tags: target?.tags ?? null,
  };
}

const libcOf = ({ glibc, musl }: InterpreterProbe): string | null => {
  if (glibc !== null) {
    return `glibc ${glibc}`;
  }
  return musl === null ? null : `musl ${musl}`;
};

/** What stacks it serves; null for one that serves none, such as PyPy. */
function targetOf(probe: InterpreterProbe): Pick<InterpreterFacts, 'platform' | 'tags'> | null {
  try {
    const environment = environmentFromProbe(probe);
    const tags = supportedTags(environment);
    const [best] = tags;
    return {
      platform: environment.platform,
      tags: best === undefined ? null : { count: tags.length, best },
    };
  } catch {
    return null;
  }
}
