// What the running agent tells `troop-agent status`: a small file, written whole.
import { rename, writeFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { readBoundedText, SMALL_FILE_BYTES } from '../shared/runtime/bounded-file.ts';

const StatusSchema = Type.Object({
  pid: Type.Integer(),
  startedAt: Type.String(),
  updatedAt: Type.String(),
  version: Type.String(),
  agentId: Type.String(),
  name: Type.String(),
  coordinatorUrl: Type.String(),
  state: Type.String(),
  job: Type.Union([Type.Object({ jobId: Type.String(), epoch: Type.Integer() }), Type.Null()]),
  queues: Type.Array(Type.String()),
  brokerConnected: Type.Boolean(),
  spooledMessages: Type.Integer(),
  sandbox: Type.String(),
  metricsUrl: Type.Union([Type.String(), Type.Null()]),
});
export type StatusReport = Static<typeof StatusSchema>;

const check = Compile(StatusSchema);

export async function writeStatus(path: string, report: StatusReport): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(report), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Null when no agent ever ran here, or the file is damaged. */
export async function readStatus(path: string): Promise<StatusReport | null> {
  try {
    const value: unknown = JSON.parse(await readBoundedText(path, SMALL_FILE_BYTES));
    return check.Check(value) ? value : null;
  } catch {
    return null;
  }
}
