// What the words, files and options of a call come to: the state space that is asked about.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { isVariantLabel } from '../../../../shared/stack/wheel.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { SpaceBody } from '../../../api/stack-schemas.ts';
import { checkPython } from '../../../inputs/check-python.ts';
import type { RequestText } from '../../../inputs/request-text.ts';
import type { KnownIndexes } from '../../known-indexes.ts';
import { readRequestFlags } from '../../request-flags.ts';
import { readPerProject } from './per-project.ts';
import { readSpaceRules, type SpaceRules } from './space-rules.ts';
import { INDEX_POLICIES, MISSING, oneOf, PRERELEASES, type SpaceFlags } from './space-flags.ts';

/** On a snapshot file; a coordinator takes its own interpreter's. */
export const DEFAULT_PYTHON = '3.11';
export const DEFAULT_PLATFORM = 'linux_x86_64';

/** What finding out takes. */
export interface SpaceTools {
  readonly terminal: Pick<Terminal, 'say'>;
  readonly knownIndexes: KnownIndexes;
}

export interface AskedSpace {
  readonly body: SpaceBody;
  /** What the body was made of. */
  readonly request: RequestText;
}

/** @throws TROOP-1002, TROOP-1903, TROOP-2007, and the errors of files that cannot be read */
export async function spaceBody(
  tools: SpaceTools,
  requirements: readonly string[],
  flags: SpaceFlags,
): Promise<SpaceBody> {
  return (await askedSpace(tools, requirements, flags)).body;
}

/** Says what of the files has no effect. @throws as `spaceBody` */
export async function askedSpace(
  { terminal, knownIndexes }: SpaceTools,
  words: readonly string[],
  flags: SpaceFlags,
): Promise<AskedSpace> {
  const request = await readRequestFlags(words, flags, knownIndexes);
  for (const note of request.notes) terminal.say(`note: ${note}`);
  const python = flags.python ?? request.python ?? (flags.knowledge === undefined ? null : DEFAULT_PYTHON);
  if (python !== null) checkPython(request, python);
  const rules = await readSpaceRules(flags, knownIndexes);
  for (const note of rules.notes) terminal.say(`note: ${note}`);
  return { body: bodyOf(request, flags, python, rules), request };
}

function bodyOf(
  request: RequestText,
  flags: SpaceFlags,
  python: string | null,
  { body, prereleases: ruled }: SpaceRules,
): SpaceBody {
  const { missing = 'error', snapshot = 'latest', index = [] } = flags;
  const prereleases = ruled ?? (request.allowPrereleases ? 'allow' : 'if-necessary');
  return {
    requirements: [...request.requirements],
    constraints: [...request.constraints],
    hashes: request.hashes,
    snapshot,
    indexes: [...index],
    allowSdists: flags.allowSdists === true,
    missing: oneOf(MISSING, missing, '--missing'),
    ...(flags.variants === undefined ? {} : { variants: variantsOf(flags.variants) }),
    ...body,
    ...indexPolicyOf(flags.indexPolicy ?? 'all'),
    ...prereleasesOf(flags.pre, prereleases, { ...request.prereleasesOf, ...body.prereleasesOf }),
    ...(python === null ? {} : { python }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.excludeNewer === undefined ? {} : { excludeNewer: flags.excludeNewer }),
  };
}

function indexPolicyOf(text: string): Pick<SpaceBody, 'indexPolicy' | 'indexPolicyOf'> {
  const what = '--index-policy';
  const { all, of } = readPerProject(text, what);
  return {
    indexPolicy: oneOf(INDEX_POLICIES, all ?? 'all', what),
    ...(Object.keys(of).length === 0 ? {} : { indexPolicyOf: of }),
  };
}

/** What the option says of a project comes before what a pipeline or a file says of it. */
function prereleasesOf(
  text: string | undefined,
  otherwise: string,
  known: NonNullable<SpaceBody['prereleasesOf']>,
): Pick<SpaceBody, 'prereleases' | 'prereleasesOf'> {
  const what = '--pre';
  const { all, of } = text === undefined ? { all: null, of: {} } : readPerProject(text, what);
  const own = Object.entries(of).map(([name, word]) => [name, oneOf(PRERELEASES, word, what)] as const);
  return {
    prereleases: oneOf(PRERELEASES, all ?? otherwise, what),
    ...(Object.keys(known).length + own.length === 0
      ? {}
      : { prereleasesOf: { ...known, ...Object.fromEntries(own) } }),
  };
}

function variantsOf(text: string): NonNullable<SpaceBody['variants']> {
  if (text === 'none' || text === 'all') return text;
  const labels = text.split(',').map((label) => label.trim());
  const strange = labels.find((label) => !isVariantLabel(label));
  if (strange === undefined) return labels;
  const reason = `'${strange}' is neither none nor all nor the label of a variant`;
  throw new TroopError('TROOP-1002', { what: '--variants', reason });
}
