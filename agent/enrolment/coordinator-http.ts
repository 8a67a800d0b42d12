// What the agent fetches from the coordinator over HTTP with its own token: files that it cannot reach itself, and the
// scripts of a campaign; both named by their SHA-256.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { request } from 'undici';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Trial } from '../../shared/protocol/claim-message.ts';
import type { Credentials } from './credentials.ts';

const TIMEOUT_MS = 60_000;
const LARGEST_SCRIPT_BYTES = 1024 * 1024;

export interface CoordinatorHttp {
  /** The content of a file of the knowledge base; the caller checks the hash. */
  openFile(sha256: string, signal: AbortSignal): Promise<Readable>;
  /** Writes the trial's scripts into the folder and gives their paths by hash; every hash is checked. */
  fetchScripts(trial: Trial, folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export function createCoordinatorHttp(
  credentials: Pick<Credentials, 'coordinatorUrl' | 'token'>,
): CoordinatorHttp {
  const silent = (error: unknown): TroopError => {
    const facts = { url: credentials.coordinatorUrl, reason: (error as Error).message };
    return new TroopError('TROOP-1003', facts, { cause: error });
  };
  const open = async (path: string, signal: AbortSignal): Promise<Readable> => {
    const url = `${credentials.coordinatorUrl}${path}`;
    try {
      const answer = await request(url, {
        headers: { authorization: `Bearer ${credentials.token}` },
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        signal,
      });
      if (answer.statusCode === 200) return answer.body;
      await answer.body.dump();
      throw new TroopError('TROOP-1003', {
        url: credentials.coordinatorUrl,
        reason: `HTTP ${answer.statusCode} for ${path}`,
      });
    } catch (error) {
      throw error instanceof TroopError ? error : silent(error);
    }
  };

  return {
    openFile: (sha256, signal) => open(`/api/v1/files/${sha256}`, signal),
    fetchScripts: async (trial, folder, signal) => {
      const paths = new Map<string, string>();
      for (const script of trial.scripts) {
        const timely = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
        const stream = await open(`/api/v1/scripts/${script.sha256}`, timely);
        const content = await readBounded(stream).catch((error: unknown) => Promise.reject(silent(error)));
        const digest = createHash('sha256').update(content).digest('hex');
        if (digest !== script.sha256) {
          throw new TroopError('TROOP-1003', {
            url: credentials.coordinatorUrl,
            reason: `script ${script.name} has another hash`,
          });
        }
        // The ending says how it is started; the rest of a name that people chose is not for our disk.
        const path = join(folder, `script-${digest.slice(0, 16)}${script.name.endsWith('.py') ? '.py' : ''}`);
        await writeFile(path, content, { mode: 0o755 });
        paths.set(digest, path);
      }
      return paths;
    },
  };
}

/** Scripts are at most 1 MiB; whatever answers with more is not our coordinator. */
async function readBounded(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_SCRIPT_BYTES) {
      stream.destroy();
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
