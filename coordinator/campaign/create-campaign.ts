// Makes a campaign of a request: checked, its spaces opened, its baselines chosen, all in one transaction. The same
// request again gives the campaign that is there; another one under its name is refused.
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { MINIMUM_BLOCKS } from '../../shared/measurement/estimate.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import { environmentKey, type TargetEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { rulesForLanes } from '../monkey/rules/lane-rules.ts';
import { readRule } from '../monkey/rules/read-rules.ts';
import { unmatchedIndexes } from '../monkey/rules/unmatched-names.ts';
import { unmatchedIndexNote, unmatchedNote } from '../sampling/queries/unmatched-rules.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import { addNote } from '../inspections/judge-baseline.ts';
import { defineCampaign, type DefinedCampaign } from './define-campaign.ts';
import type { CampaignDefinition } from './definition.ts';
import { insertBaselineCandidate, putBaseline } from './put-baseline.ts';
import { refuseUnknownLanes } from './refuse-unknown-lanes.ts';
import type { JsonValue, OpenStream } from './stack-stream.ts';

export interface CreateDependencies {
  readonly pool: Pool;
  readonly ids: Ids;
  readonly openStream: OpenStream;
}

export interface CreatedCampaign {
  readonly id: string;
  readonly name: string;
  /** False when the same campaign was there before. */
  readonly isNew: boolean;
  /** What is most likely a slip in it. */
  readonly notes: readonly string[];
}

interface PlannedEnvironment {
  readonly environment: TargetEnvironment;
  readonly baseline: LockedStack | null;
  readonly baselineCursor: JsonValue;
  /** What rules name and its space lacks. */
  readonly unmatched: readonly string[];
}

const NOT_CONTINUOUS = 'It is not repeated by itself yet: `continuous` is kept, and nothing acts on it.';

const LANE_RULES =
  'Rules keep stacks from some lanes: these are drawn for all lanes, and not inspected where a rule leaves them out.';

const hasLaneRules = ({ rules = [], lanes }: DefinedCampaign['definition']): boolean =>
  rulesForLanes(rules, lanes).some((rule) => readRule(rule).when.lanes !== null);

const findSql = sqlFile<{ id: string; content_hash: string; state: string }>(
  import.meta.url,
  'find-campaign-by-name.sql',
);
const insertCampaignSql = sqlFile(import.meta.url, 'insert-campaign.sql');
const insertLanesSql = sqlFile(import.meta.url, 'insert-campaign-lanes.sql');
const insertEnvironmentSql = sqlFile(import.meta.url, 'insert-environment.sql');
const insertScriptSql = sqlFile(import.meta.url, 'insert-script.sql');

/**
 * `request` is a `CampaignRequest` that was not checked yet. Throws TROOP-1301 and others for a bad one, TROOP-1303 for
 * a name that is taken, TROOP-1306 when no stack satisfies it.
 */
export async function createCampaign(
  dependencies: CreateDependencies,
  request: unknown,
  knowledgeSnapshotId: string,
): Promise<CreatedCampaign> {
  const defined = defineCampaign(request);
  const existing = await findExisting(dependencies.pool, defined);
  if (existing !== null) return existing;
  await refuseUnknownLanes(dependencies.pool, defined.definition.lanes);
  const environments: PlannedEnvironment[] = [];
  for (const environment of defined.definition.environments) {
    environments.push(await planEnvironment(dependencies, defined, knowledgeSnapshotId, environment));
  }
  return await transaction(dependencies.pool, async (client) => {
    const id = dependencies.ids.next();
    const { name, priority } = defined.definition;
    const definition = storableJson(defined.definition);
    const values = [id, name, defined.contentHash, definition, priority, knowledgeSnapshotId];
    if ((await execute(client, insertCampaignSql, values)) === 0) {
      // Somebody else was faster.
      const other = await findExisting(client, defined);
      if (other !== null) return other;
      throw new TroopError('TROOP-1303', { name });
    }
    await insertParts(client, dependencies.ids, { id, defined, environments });
    if (defined.definition.continuous !== null) await addNote(client, id, 'continuous', NOT_CONTINUOUS);
    if (hasLaneRules(defined.definition)) await addNote(client, id, 'lane-rules', LANE_RULES);
    const { rules = [], indexes } = defined.definition;
    const known = indexes.map((index) => index.name);
    const names = unmatchedNote(unmatchedEverywhere(environments), 'its spaces');
    const places = unmatchedIndexNote(unmatchedIndexes(rules, known), 'its spaces');
    for (const note of names) await addNote(client, id, 'unmatched-rules', note);
    for (const note of places) await addNote(client, id, 'unmatched-indexes', note);
    const blocks = fewBlocksNote(defined.definition);
    for (const note of blocks) await addNote(client, id, 'few-blocks', note);
    return { id, name, isNew: true, notes: [...names, ...places, ...blocks] };
  });
}

/** Without a baseline nothing is compared; else a trial of so few blocks is spent on times alone. */
function fewBlocksNote({ trial: { blocks }, baseline }: CampaignDefinition): readonly string[] {
  if (baseline === 'none' || blocks >= MINIMUM_BLOCKS) return [];
  return [
    `trial.blocks is ${blocks}: a ratio to the baseline needs at least ${MINIMUM_BLOCKS}, so the report will show times alone`,
  ];
}

/** A rule may be for one environment: only what none of them has is noted. */
function unmatchedEverywhere(environments: readonly PlannedEnvironment[]): readonly string[] {
  const [first, ...others] = environments;
  return (first?.unmatched ?? []).filter((name) => others.every(({ unmatched }) => unmatched.includes(name)));
}

async function findExisting(
  client: Queryable,
  { definition: { name }, contentHash }: DefinedCampaign,
): Promise<CreatedCampaign | null> {
  const found = await queryOne(client, findSql, [name]);
  if (found === null) return null;
  if (found.content_hash !== contentHash) throw new TroopError('TROOP-1303', { name });
  return { id: found.id, name, isNew: false, notes: [] };
}

async function planEnvironment(
  { openStream }: CreateDependencies,
  { definition }: DefinedCampaign,
  knowledgeSnapshotId: string,
  environment: TargetEnvironment,
): Promise<PlannedEnvironment> {
  const common = { definition, knowledgeSnapshotId, environment, cursor: null };
  // Opened here so that a bad strategy or requirement is told to the person who asks, not to a log later.
  const candidates = await openStream({ ...common, purpose: 'candidates' });
  const unmatched = definition.rules === undefined ? [] : ((await candidates.unmatchedNames?.()) ?? []);
  if (definition.baseline === 'none') return { environment, baseline: null, baselineCursor: null, unmatched };
  const stream = await openStream({ ...common, purpose: 'baselines' });
  const baseline = await stream.next();
  if (baseline === null) throw new TroopError('TROOP-1306', { environment: environmentKey(environment) });
  return { environment, baseline, baselineCursor: stream.cursor, unmatched };
}

async function insertParts(
  client: Queryable,
  ids: Ids,
  campaign: { id: string; defined: DefinedCampaign; environments: readonly PlannedEnvironment[] },
): Promise<void> {
  const { definition, scripts } = campaign.defined;
  for (const { sha256, name, content } of scripts) {
    await execute(client, insertScriptSql, [sha256, name, content]);
  }
  await execute(client, insertLanesSql, [campaign.id, definition.lanes]);
  for (const [position, planned] of campaign.environments.entries()) {
    const environmentId = ids.next();
    await execute(client, insertEnvironmentSql, [
      environmentId,
      campaign.id,
      position,
      environmentKey(planned.environment),
      storableJson(planned.environment),
      definition.sampling.count,
      storableJson(planned.baselineCursor),
    ]);
    const { baseline } = planned;
    if (baseline === null) continue;
    await insertBaselineCandidate(client, environmentId, 0, baseline);
    for (const lane of definition.lanes) {
      await putBaseline(client, ids, { environmentId, lane, rank: 0 }, baseline);
    }
  }
}
