// Joining: make a key, show the token and the public half, keep what comes back. Joining again keeps the key, so the
// machine stays the same agent.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { request } from 'undici';
import { readNamedText, unreadable } from '../../shared/runtime/named-file.ts';
import { errorOfProblem } from '../../shared/errors/error-of-problem.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readAnswer } from '../../shared/runtime/bounded-answer.ts';
import { prepareCredentials, readCredentials, writeCredentials, type Credentials } from './credentials.ts';

export interface JoinOptions {
  readonly url: string;
  /** A file that holds the token alone, or `-` for standard input. */
  readonly tokenFile: string;
  readonly name: string;
  readonly credentialsPath: string;
  readonly readStandardInput: () => Promise<string>;
}

const AnswerSchema = Type.Object({
  agentId: Type.String(),
  name: Type.String(),
  credential: Type.String(),
  state: Type.String(),
  coordinatorPublicKey: Type.String(),
  broker: Type.Object({
    url: Type.String(),
    user: Type.Union([Type.String(), Type.Null()]),
    password: Type.Union([Type.String(), Type.Null()]),
  }),
});
const answerCheck = Compile(AnswerSchema);

const TIMEOUT_MS = 30_000;
/** Names, keys and secrets. */
const ANSWER_BYTES = 256 * 1024;

/**
 * Throws what the coordinator answered, TROOP-1003 when it does not, TROOP-1002 for an address or token of wrong form, TROOP-1008
 * for a token that cannot be read, TROOP-1211 for a state directory that cannot hold what it gives.
 */
export async function joinFleet(options: JoinOptions): Promise<Credentials & { readonly state: string }> {
  const url = baseUrl(options.url);
  const token = await readToken(options);
  const earlier = await readEarlier(options.credentialsPath);
  await prepareCredentials(options.credentialsPath);
  const privateKey = earlier?.privateKey ?? newPrivateKey();
  const publicKey = createPublicKey(createPrivateKey(privateKey))
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const answer = await enrol(url, { token, publicKey, name: options.name });
  const credentials: Credentials = {
    formatVersion: 1,
    agentId: answer.agentId,
    name: answer.name,
    coordinatorUrl: url,
    token: answer.credential,
    privateKey,
    coordinatorPublicKey: answer.coordinatorPublicKey,
    broker: answer.broker,
  };
  await writeCredentials(options.credentialsPath, credentials);
  return { ...credentials, state: answer.state };
}

/** Joining again is what mends damaged credentials: then this machine gets a new key. */
async function readEarlier(path: string): Promise<Credentials | null> {
  try {
    return await readCredentials(path);
  } catch (error) {
    if (error instanceof TroopError && error.code === 'TROOP-1002') return null;
    throw error;
  }
}

const newPrivateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TroopError('TROOP-1002', {
      what: 'the address of the coordinator',
      reason: `'${text}' is no http(s) address`,
    });
  }
  return url.href.replace(/\/+$/, '');
}

async function readToken(options: JoinOptions): Promise<string> {
  const text = await readTokenText(options);
  const token = text.trim();
  if (!/^[\w-]{1,200}$/.test(token)) {
    throw new TroopError('TROOP-1002', {
      what: 'the enrolment token',
      reason: 'the file holds no single token',
    });
  }
  return token;
}

async function readTokenText({ tokenFile, readStandardInput }: JoinOptions): Promise<string> {
  if (tokenFile !== '-') return await readNamedText(tokenFile);
  try {
    return await readStandardInput();
  } catch (error) {
    throw unreadable('standard input', error);
  }
}

async function enrol(
  url: string,
  body: { token: string; publicKey: string; name: string },
): Promise<Type.Static<typeof AnswerSchema>> {
  let status: number;
  let text: string;
  try {
    const answer = await request(`${url}/api/v1/agents/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    status = answer.statusCode;
    text = await readAnswer(answer.body, { bytes: ANSWER_BYTES, withinMs: TIMEOUT_MS });
  } catch (error) {
    throw new TroopError('TROOP-1003', { url, reason: (error as Error).message }, { cause: error });
  }
  const value = parse(text);
  if (status >= 400) throw problem(value, url, status);
  if (!answerCheck.Check(value)) {
    throw new TroopError('TROOP-1003', { url, reason: 'it answers, but not as a coordinator' });
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function problem(value: unknown, url: string, status: number): TroopError {
  return errorOfProblem(value) ?? new TroopError('TROOP-1003', { url, reason: `HTTP ${status}` });
}
