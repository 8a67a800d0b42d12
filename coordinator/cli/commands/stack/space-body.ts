// What the words, files and options of a call come to: the state space that is asked about.
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { isVariantLabel } from '../../../../shared/stack/wheel.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { SpaceBody } from '../../../api/stack-schemas.ts';
import { checkPython } from '../../../inputs/check-python.ts';
import type { PipelineIndex } from '../../../inputs/read-thoth-pipeline.ts';
import type { RequestText } from '../../../inputs/request-text.ts';
import { readRequestFlags } from '../../request-flags.ts';
import { readSpaceRules, type SpaceRules } from './space-rules.ts';
import { INDEX_POLICIES, MISSING, oneOf, PRERELEASES, type SpaceFlags } from './space-flags.ts';

/** On a snapshot file; a coordinator takes its own interpreter's. */
export const DEFAULT_PYTHON = '3.11';
export const DEFAULT_PLATFORM = 'linux_x86_64';

export interface AskedSpace {
  readonly body: SpaceBody;
  /** What the body was made of. */
  readonly request: RequestText;
}

/** @throws TROOP-1002, TROOP-1903, TROOP-2007, and the errors of files that cannot be read */
export async function spaceBody(
  terminal: Terminal,
  requirements: readonly string[],
  flags: SpaceFlags,
): Promise<SpaceBody> {
  return (await askedSpace(terminal, requirements, flags)).body;
}

/** Says what of the files has no effect. @throws as `spaceBody` */
export async function askedSpace(
  terminal: Terminal,
  words: readonly string[],
  flags: SpaceFlags,
): Promise<AskedSpace> {
  const request = await readRequestFlags(words, flags);
  for (const note of request.notes) terminal.say(`note: ${note}`);
  const python = flags.python ?? request.python ?? (flags.knowledge === undefined ? null : DEFAULT_PYTHON);
  if (python !== null) checkPython(request, python);
  const rules = await readSpaceRules(flags, pipelineIndexes(request, flags));
  for (const note of rules.notes) terminal.say(`note: ${note}`);
  return { body: bodyOf(request, flags, python, rules), request };
}

function bodyOf(
  request: RequestText,
  flags: SpaceFlags,
  python: string | null,
  { body, prereleases: ruled }: SpaceRules,
): SpaceBody {
  const { indexPolicy = 'all', missing = 'error', snapshot = 'latest', index = [] } = flags;
  const prereleases = flags.pre ?? ruled ?? (request.allowPrereleases ? 'allow' : 'if-named');
  return {
    requirements: [...request.requirements],
    constraints: [...request.constraints],
    hashes: request.hashes,
    snapshot,
    indexes: [...index],
    indexPolicy: oneOf(INDEX_POLICIES, indexPolicy, '--index-policy'),
    allowSdists: flags.allowSdists === true,
    prereleases: oneOf(PRERELEASES, prereleases, '--pre'),
    missing: oneOf(MISSING, missing, '--missing'),
    ...(flags.variants === undefined ? {} : { variants: variantsOf(flags.variants) }),
    ...body,
    ...(python === null ? {} : { python }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.excludeNewer === undefined ? {} : { excludeNewer: flags.excludeNewer }),
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

/** A pipeline names indexes by URL: those of the files, and those of the options by their names. */
function pipelineIndexes({ indexes }: RequestText, { index = [] }: SpaceFlags): readonly PipelineIndex[] {
  return [...indexes, ...index.map((name) => ({ name }))];
}
