// Reads the campaign file that people write, with the scripts and the stack file that it names, into the form that the
// API takes. Used by the CLI: paths are relative to the file.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Stack } from '../../shared/stack/stack.ts';
import {
  CampaignFileSchema,
  type CampaignFile,
  type CampaignRequest,
  type ScriptContent,
} from './campaign-schema.ts';
import { checkForm } from './check-form.ts';

/** A script is at most 1 MiB. */
export const MAXIMUM_SCRIPT_BYTES = 1024 * 1024;

/** Parses YAML or JSON and checks every key. Throws TROOP-1301 or TROOP-1302. */
export function parseCampaignFile(text: string): CampaignFile {
  let value: unknown;
  try {
    value = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new TroopError('TROOP-1302', { reason: error instanceof Error ? error.message : 'not YAML' });
  }
  return checkForm(CampaignFileSchema, value);
}

/** `readFile` reads a path as the campaign file writes it. Throws TROOP-1309 and TROOP-1311 for scripts. */
export async function completeCampaignFile(
  file: CampaignFile,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<CampaignRequest> {
  const { baseline, benchmarks, ...common } = file;
  return {
    ...common,
    ...(baseline === undefined ? {} : { baseline: await readBaseline(baseline, readFile) }),
    benchmarks: await Promise.all(
      benchmarks.map(async ({ script, ...benchmark }) =>
        script === undefined ? benchmark : { ...benchmark, script: await readScript(script, readFile) },
      ),
    ),
  };
}

async function readScript(
  path: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<ScriptContent> {
  const name = basename(path);
  const bytes = await read(path, readFile);
  if (bytes.length > MAXIMUM_SCRIPT_BYTES) {
    throw new TroopError('TROOP-1309', { name, bytes: bytes.length, limit: MAXIMUM_SCRIPT_BYTES });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, name, content: Buffer.from(bytes).toString('base64') };
}

async function readBaseline(
  baseline: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<'latest' | 'none' | { stack: Stack }> {
  if (baseline === 'latest' || baseline === 'none') return baseline;
  const bytes = await read(baseline, readFile);
  try {
    return { stack: JSON.parse(Buffer.from(bytes).toString('utf8')) as Stack };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    throw new TroopError('TROOP-1302', { reason: `${baseline} is not a stack file: ${reason}` });
  }
}

async function read(path: string, readFile: (path: string) => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1311', { name: path, reason }, { cause: error });
  }
}
