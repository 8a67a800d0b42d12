// Reads the campaign file that people write, with the scripts and the stack file that it names, into the form that the
// API takes. Used by the CLI: paths are relative to the file.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Stack } from '../../shared/stack/stack.ts';
import { parseYamlText } from '../inputs/yaml-text.ts';
import { readThothPipeline } from '../inputs/read-thoth-pipeline.ts';
import {
  CampaignFileSchema,
  type CampaignFile,
  type CampaignRequest,
  type ScriptContent,
} from './campaign-schema.ts';
import { checkPython } from '../inputs/check-python.ts';
import { indexNotes } from '../inputs/index-notes.ts';
import { readConstraintsFile, readRequestFile } from '../inputs/read-request.ts';
import { readStackText } from '../inputs/read-stack.ts';
import { joinRequests, type RequestText } from '../inputs/request-text.ts';
import { checkForm, formError } from './check-form.ts';
import { DEFAULT_PYTHON } from './definition.ts';
import { unreadable } from '../../shared/runtime/named-file.ts';

type ReadFile = (path: string) => Promise<Uint8Array>;

interface IndexName {
  readonly name: string;
  readonly url?: string | undefined;
}

/** A script is at most 1 MiB. */
export const MAXIMUM_SCRIPT_BYTES = 1024 * 1024;

/** What is longer holds something else than a campaign: the parser would take minutes for it. */
const MAXIMUM_CHARACTERS = 4 * 1024 * 1024;

/** Parses YAML or JSON and checks every key. Throws TROOP-1301 or TROOP-1302. */
export function parseCampaignFile(text: string): CampaignFile {
  if (text.length > MAXIMUM_CHARACTERS) {
    throw new TroopError('TROOP-1302', { reason: `it is longer than ${MAXIMUM_CHARACTERS} characters` });
  }
  let value: unknown;
  try {
    value = parseYamlText(text);
  } catch (error) {
    throw new TroopError('TROOP-1302', { reason: yamlReason(error) }, { cause: error });
  }
  const file = checkForm(CampaignFileSchema, value);
  if (file.requirements === undefined && file.requirementsFrom === undefined) {
    throw lacking('requirements', 'it is missing');
  }
  return file;
}

/** The parser's first line, which names the place; what it says to programmers is put into words for authors. */
function yamlReason(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  return line
    .replace('Alias resolution is disabled', 'it uses an alias (*name), which a campaign may not')
    .replace('; please use YAML.parseAllDocuments()', '')
    .replace('Maximum call stack size exceeded', 'it is nested too deeply')
    .replace(/:$/, '');
}

/**
 * `readFile` reads a path as the campaign file writes it; `say` is told what the files of requirements say without effect;
 * `knownIndexes` are those of the knowledge, asked for their addresses where a file names an index by its own. Throws TROOP-1309
 * and TROOP-1311 for scripts, TROOP-1008 for other files, TROOP-20xx for files of requirements and for a baseline that is no stack.
 */
export async function completeCampaignFile(
  file: CampaignFile,
  readFile: ReadFile,
  say: (note: string) => void = () => {},
  knownIndexes: () => Promise<readonly IndexName[]> = () => Promise.resolve([]),
): Promise<CampaignRequest> {
  const {
    baseline,
    benchmarks,
    requirementsFrom: _from,
    constraintsFrom: _bounds,
    pipeline,
    ...common
  } = file;
  const request = await readRequest(file, readFile);
  // Files are looked at before anybody is asked.
  const pipelineText =
    pipeline === undefined ? null : Buffer.from(await read(pipeline, readFile)).toString('utf8');
  const namesIndexes = request.indexes.length > 0 || pipelineText !== null;
  const indexes = withAddresses(file.indexes ?? [{ name: 'pip' }], namesIndexes ? await knownIndexes() : []);
  for (const note of [...request.notes, ...indexNotes(request.indexes, indexes)]) say(note);
  const asked = { ...common, ...askedFor(file, request) };
  return {
    ...asked,
    ...(pipelineText === null ? {} : readPipeline(pipelineText, { ...asked, indexes }, say)),
    ...(baseline === undefined ? {} : { baseline: await readBaseline(baseline, asked, readFile) }),
    benchmarks: await Promise.all(
      benchmarks.map(async ({ script, ...benchmark }) =>
        script === undefined ? benchmark : { ...benchmark, script: await readScript(script, readFile) },
      ),
    ),
  };
}

/** What a pipeline says comes before what the file itself says, so that the file has the last word. */
function readPipeline(
  text: string,
  {
    rules = [],
    alternatives = [],
    prereleases,
    indexes,
  }: Pick<CampaignFile, 'rules' | 'alternatives' | 'prereleases'> & {
    readonly indexes: readonly IndexName[];
  },
  say: (note: string) => void,
): Pick<CampaignRequest, 'rules' | 'alternatives' | 'prereleases'> {
  const parts = readThothPipeline(text, indexes);
  parts.notes.forEach(say);
  const mode = prereleases ?? parts.prereleases ?? undefined;
  return {
    rules: [...parts.rules, ...rules],
    alternatives: [
      ...parts.alternatives.map(({ project, by }) => ({ project, by: [...by] })),
      ...alternatives,
    ],
    ...(mode === undefined ? {} : { prereleases: mode }),
  };
}

/** The indexes of the campaign, with the address that the knowledge has where the file gives none. */
function withAddresses(named: readonly IndexName[], known: readonly IndexName[]): readonly IndexName[] {
  return named.map(({ name, url }) => ({ name, url: url ?? known.find((one) => one.name === name)?.url }));
}

async function readScript(path: string, readFile: ReadFile): Promise<ScriptContent> {
  const name = basename(path);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new TroopError('TROOP-1311', { name: path, reason: reasonOf(error) }, { cause: error });
  });
  if (bytes.length > MAXIMUM_SCRIPT_BYTES) {
    throw new TroopError('TROOP-1309', { name, bytes: bytes.length, limit: MAXIMUM_SCRIPT_BYTES });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sha256, name, content: Buffer.from(bytes).toString('base64') };
}

/** What the file names, read; `requirements` that stand in the campaign itself come first. */
async function readRequest(file: CampaignFile, readFile: ReadFile): Promise<RequestText> {
  const { requirementsFrom: from, constraintsFrom: bounds } = file;
  const readText = async (path: string): Promise<string> =>
    Buffer.from(await read(path, readFile)).toString('utf8');
  const { file: path, ...options } = typeof from === 'object' ? from : { file: from };
  const requests = [
    ...(path === undefined ? [] : [await readRequestFile(path, readText, options)]),
    ...(bounds === undefined ? [] : [await readConstraintsFile(bounds, readText)]),
  ];
  return joinRequests(requests);
}

function allRequirements(file: CampaignFile, request: RequestText): string[] {
  const requirements = [...new Set([...(file.requirements ?? []), ...request.requirements])];
  if (requirements.length > 0) return requirements;
  throw lacking('requirementsFrom', 'the file asks for nothing');
}

function lacking(path: string, reason: string): TroopError {
  const advice = "for example 'requirements: [numpy]', or 'requirementsFrom: requirements.txt'";
  return formError([{ path, reason, advice }]);
}

/** The keys of the campaign that its files decide; what stands in the campaign itself is kept, and counts where both speak. */
function askedFor(
  file: CampaignFile,
  request: RequestText,
): Pick<CampaignRequest, 'requirements' | 'constraints' | 'hashes' | 'environments' | 'prereleases'> {
  const requirements = allRequirements(file, request);
  const constraints = [...new Set([...(file.constraints ?? []), ...request.constraints])];
  const pinned = request.python === null ? undefined : [{ python: request.python }];
  const environments = file.environments ?? pinned;
  for (const { python } of environments ?? []) checkPython(request, python);
  return {
    requirements,
    ...(file.constraints === undefined && constraints.length === 0 ? {} : { constraints }),
    ...(Object.keys(request.hashes).length === 0 ? {} : { hashes: request.hashes }),
    ...(environments === undefined ? {} : { environments }),
    ...(file.prereleases === undefined ? prereleasesOf(request) : {}),
  };
}

function prereleasesOf({
  allowPrereleases,
  prereleasesOf: packages,
}: RequestText): Pick<CampaignRequest, 'prereleases'> {
  const mode = allowPrereleases ? 'allow' : 'if-necessary';
  if (Object.keys(packages).length > 0) return { prereleases: { default: mode, packages } };
  return allowPrereleases ? { prereleases: mode } : {};
}

async function readBaseline(
  baseline: string,
  { environments, indexes }: Pick<CampaignRequest, 'environments' | 'indexes'>,
  readFile: ReadFile,
): Promise<'latest' | 'none' | { stack: Stack }> {
  if (baseline === 'latest' || baseline === 'none') return baseline;
  const text = Buffer.from(await read(baseline, readFile)).toString('utf8');
  const environment = environments?.[0] ?? { python: DEFAULT_PYTHON };
  return { stack: readStackText(text, baseline, { environment, index: indexes?.[0]?.name ?? 'pip' }) };
}

async function read(path: string, readFile: ReadFile): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
