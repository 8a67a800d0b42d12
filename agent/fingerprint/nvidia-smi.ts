// Reads `nvidia-smi`, whose output is not promised to stay: fields that a driver does not know are left out of the
// question, values it cannot tell come as words in brackets, and the CUDA version stands only in the header.
import type { GpuFacts } from '../../shared/machine/fingerprint.ts';
import type { CommandOutcome, MachineReader } from './machine-reader.ts';

/** A driver that wakes a sleeping GPU takes seconds; one that hangs takes for ever. */
const TIMEOUT_MS = 20_000;
const MAXIMUM_GPUS = 64;

export type NvidiaAnswer =
  | { readonly kind: 'gpus'; readonly gpus: readonly GpuFacts[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly reason: string };

export async function askNvidiaSmi(reader: MachineReader): Promise<NvidiaAnswer> {
  const rows = await queryGpus(reader);
  if (rows.kind !== 'rows') {
    return rows;
  }
  const header = await reader.run(['nvidia-smi'], { timeoutMs: TIMEOUT_MS });
  const banner = parseBanner(header.kind === 'exited' ? header.stdout : '');
  const gpus = rows.rows.slice(0, MAXIMUM_GPUS).map((row) => ({
    vendor: 'nvidia',
    name: row.get('name') ?? null,
    driver: row.get('driver_version') ?? banner.driver,
    cudaVersion: banner.cudaVersion,
    computeCapability: row.get('compute_cap') ?? null,
    memoryBytes: mebibytes(row.get('memory.total')),
    uuid: row.get('uuid') ?? null,
  }));
  return { kind: 'gpus', gpus };
}

type Row = ReadonlyMap<string, string>;

// compute_cap came with driver 510; driver_version is deprecated since 610.
const FIELDS = ['name', 'uuid', 'memory.total', 'driver_version', 'compute_cap'];

/** Asks for all fields, then again without the one that the driver refuses, until it takes the question. */
async function queryGpus(
  reader: MachineReader,
): Promise<{ kind: 'rows'; rows: readonly Row[] } | { kind: 'absent' } | { kind: 'broken'; reason: string }> {
  let fields: readonly string[] = FIELDS;
  for (;;) {
    const outcome = await reader.run(
      ['nvidia-smi', `--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
      { timeoutMs: TIMEOUT_MS },
    );
    if (outcome.kind === 'absent') {
      return outcome;
    }
    if (outcome.kind === 'failed') {
      return { kind: 'broken', reason: `nvidia-smi ${outcome.reason}` };
    }
    const refused = /Field "([a-z._]+)" is not a valid field/.exec(outcome.stdout + outcome.stderr)?.[1];
    const remaining = fields.filter((field) => field !== refused);
    if (refused === undefined || remaining.length === fields.length || remaining.length === 0) {
      return readRows(fields, outcome);
    }
    fields = remaining;
  }
}

function readRows(
  fields: readonly string[],
  outcome: CommandOutcome & { kind: 'exited' },
): { kind: 'rows'; rows: readonly Row[] } | { kind: 'broken'; reason: string } {
  if (/no devices were found/i.test(outcome.stdout + outcome.stderr)) {
    return { kind: 'rows', rows: [] };
  }
  if (outcome.exitCode !== 0) {
    const said = (outcome.stdout.trim() || outcome.stderr.trim()).split('\n')[0] ?? '';
    return { kind: 'broken', reason: `nvidia-smi failed with ${outcome.exitCode}: ${said.slice(0, 200)}` };
  }
  const lines = outcome.stdout.trim().split('\n');
  const rows = lines.map((line) => line.split(',').map((cell) => cell.trim()));
  if (rows.some((row) => row.length !== fields.length)) {
    return { kind: 'broken', reason: `nvidia-smi printed something else: ${(lines[0] ?? '').slice(0, 200)}` };
  }
  return { kind: 'rows', rows: rows.map((row) => knownCells(fields, row)) };
}

/** Cells such as `[N/A]`, `[Not Supported]`, `[Unknown Error]` and `ERR!` are no values. */
function knownCells(fields: readonly string[], cells: readonly string[]): Row {
  const known = fields.flatMap((field, index) => {
    const cell = cells[index] ?? '';
    return cell === '' || /^(?:\[.*\]|N\/A|ERR!)$/i.test(cell) ? [] : [[field, cell] as const];
  });
  return new Map(known);
}

/** Since driver 610 the header says `KMD Version` and `CUDA UMD Version`. */
function parseBanner(text: string): { driver: string | null; cudaVersion: string | null } {
  return {
    driver: /(?:Driver|KMD) Version:\s*([0-9]+(?:\.[0-9]+)+)/.exec(text)?.[1] ?? null,
    cudaVersion: /CUDA(?: UMD)? Version:\s*([0-9]+\.[0-9]+)/.exec(text)?.[1] ?? null,
  };
}

function mebibytes(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) || value <= 0 ? null : Math.round(value * 2 ** 20);
}
