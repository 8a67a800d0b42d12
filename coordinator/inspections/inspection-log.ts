// Puts the logs of an inspection together from their parts. What comes out is bounded even when an agent sent a bomb:
// the first 1 MiB and the last 3 MiB of each phase.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { BoundedText } from './bounded-text.ts';
import { findInspection } from './show-inspection.ts';

interface PartRow {
  readonly job_id: string;
  readonly epoch: number;
  readonly phase: string;
  readonly part: number;
  readonly parts: number;
  readonly gzip: Buffer;
}

export interface PhaseLog {
  readonly phase: string;
  readonly jobId: string;
  readonly epoch: number;
  readonly text: string;
  /** Parts that have not come (yet); the text ends before the first of them. */
  readonly missingParts: number;
}

/** Reading stops there, however well it was compressed. */
const MAXIMUM_INFLATED_BYTES = 256 * 1024 * 1024;

const readPartsSql = sqlFile<PartRow>(import.meta.url, 'read-log-parts.sql');

/** One entry a phase, such as `build`; empty when nothing was sent. Throws TROOP-1307. */
export async function inspectionLog(client: Queryable, inspectionId: string): Promise<readonly PhaseLog[]> {
  await findInspection(client, inspectionId);
  const rows = await queryRows(client, readPartsSql, [inspectionId]);
  const phases = [...new Set(rows.map((row) => row.phase))];
  return await Promise.all(
    phases.map((phase) =>
      assemble(
        phase,
        rows.filter((row) => row.phase === phase),
      ),
    ),
  );
}

async function assemble(phase: string, rows: readonly PartRow[]): Promise<PhaseLog> {
  const gap = rows.findIndex((row, index) => row.part !== index);
  const usable = gap < 0 ? rows : rows.slice(0, gap);
  const expected = rows[0]?.parts ?? 0;
  const log = await inflate(usable.map((row) => row.gzip));
  return {
    phase,
    jobId: rows[0]?.job_id ?? '',
    epoch: rows[0]?.epoch ?? 0,
    text: log.text(),
    missingParts: Math.max(0, expected - rows.length),
  };
}

/** A stream that ends early or is damaged gives what could be read of it. */
async function inflate(slices: readonly Buffer[]): Promise<BoundedText> {
  const kept = new BoundedText();
  let inflated = 0;
  const gunzip = Readable.from(slices).pipe(createGunzip());
  try {
    for await (const chunk of gunzip) {
      const bytes = Buffer.from(chunk as Uint8Array);
      inflated += bytes.length;
      kept.add(bytes);
      if (inflated > MAXIMUM_INFLATED_BYTES) break;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    kept.add(Buffer.from(`\n[the log cannot be read further: ${reason}]\n`));
  }
  return kept;
}
