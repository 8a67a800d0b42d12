// From the request to the definition: requirements parsed, environments canonical, every default filled in. Pure: the
// same request always gives the same definition, and so the same hash.
import { createHash } from 'node:crypto';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { BenchmarkSpec } from '../../shared/measurement/benchmark.ts';
import { benchmarkKey } from '../../shared/measurement/benchmark.ts';
import { canonicalBenchmark } from '../../shared/measurement/indicators/registry.ts';
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import { canonicalEnvironment, type TargetEnvironment } from '../../shared/stack/environment.ts';
import { formatRequirement, parseRequirement } from '../../shared/stack/requirement.ts';
import { MAXIMUM_SCRIPT_BYTES } from './campaign-file.ts';
import { CampaignRequestSchema, type CampaignRequest, type ScriptContent } from './campaign-schema.ts';
import { checkForm, formError } from './check-form.ts';
import { defineSampling } from './define-sampling.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, DEFAULT_PYTHON, type CampaignDefinition } from './definition.ts';
import { defineSpace } from './define-space.ts';
import { placed } from './placed.ts';

export interface Script {
  readonly sha256: string;
  readonly name: string;
  readonly content: Buffer;
}

export interface DefinedCampaign {
  readonly definition: CampaignDefinition;
  readonly scripts: readonly Script[];
  /** SHA-256 of definition and scripts, hex. */
  readonly contentHash: string;
}

/** @throws TROOP-1301 with the path of what is wrong, TROOP-1309 and TROOP-1313 for scripts. */
export function defineCampaign(value: unknown): DefinedCampaign {
  const request = checkForm(CampaignRequestSchema, value);
  const benchmarks = request.benchmarks.map((benchmark, index) => specOf(benchmark, `benchmarks[${index}]`));
  refuseRepeats(benchmarks.map(benchmarkKey), 'benchmarks');
  const lanes = request.lanes ?? ['any'];
  refuseRepeats(lanes, 'lanes');
  const environments = (request.environments ?? [{ python: DEFAULT_PYTHON }]).map((environment, index) =>
    placed(`environments[${index}]`, () => canonicalEnvironment(environment)),
  );
  refuseRepeats(environments.map(canonicalJson), 'environments');
  refuseImages(environments);
  const indexes = request.indexes ?? [{ name: 'pip' }];
  const definition: CampaignDefinition = {
    name: request.name,
    requirements: normalised(request.requirements, 'requirements'),
    constraints: normalised(request.constraints ?? [], 'constraints'),
    indexes,
    environments,
    lanes,
    baseline: request.baseline ?? 'latest',
    ...pace(request),
    benchmarks,
    limits: { ...DEFAULT_LIMITS, ...request.limits },
    allowSdists: request.allowSdists ?? false,
    excludeNewer: request.excludeNewer ?? null,
    ...restrictions(request),
    priority: request.priority === 'high' ? 0 : 1,
    budget: { machineHours: request.budget?.machineHours ?? null },
    continuous: request.continuous ?? null,
    ...defineSpace(
      request,
      indexes.map(({ name }) => name),
    ),
  };
  const scripts = scriptsOf(request);
  const contentHash = createHash('sha256').update(canonicalJson(definition)).digest('hex');
  return { definition, scripts, contentHash };
}

function pace({ sampling, trial }: CampaignRequest): Pick<CampaignDefinition, 'sampling' | 'trial'> {
  return {
    sampling: {
      ...defineSampling(sampling),
      count: sampling?.count ?? 20,
      seed: String(sampling?.seed ?? 1),
    },
    trial: {
      stacks: trial?.stacks ?? 3,
      blocks: trial?.blocks ?? 8,
      pace: { ...DEFAULT_PACE, ...trial?.pace },
    },
  };
}

/** Absent where the request has none, so that the hash of a campaign without is what it always was. */
function restrictions({ hashes }: CampaignRequest): Pick<CampaignDefinition, 'hashes'> {
  return hashes === undefined ? {} : { hashes };
}

function normalised(requirements: readonly string[], key: string): string[] {
  return requirements.map((text, index) =>
    placed(`${key}[${index}]`, () => formatRequirement(parseRequirement(text))),
  );
}

function specOf(benchmark: CampaignRequest['benchmarks'][number], path: string): BenchmarkSpec {
  const { indicator, script, parameters = {} } = benchmark;
  if (indicator !== undefined && script === undefined) {
    return placed(path, () => canonicalBenchmark({ indicator, parameters }));
  }
  if (script !== undefined && indicator === undefined) {
    return placed(path, () =>
      canonicalBenchmark({ script: { sha256: script.sha256, name: script.name }, parameters }),
    );
  }
  const advice = 'for example {indicator: matmul, parameters: {size: 512}} or {script: ./bench.py}';
  throw formError([{ path, reason: "it needs either 'indicator' or 'script'", advice }]);
}

/** Accepted in the form, since campaigns will be able to ask for it; refused while no agent can measure inside one. */
function refuseImages(environments: readonly TargetEnvironment[]): void {
  const index = environments.findIndex((environment) => environment.image !== undefined);
  if (index < 0) return;
  const path = `environments[${index}].image`;
  throw formError([
    {
      path,
      reason: 'no agent can measure in a container yet',
      advice: 'leave it out: stacks are built on the machine itself',
    },
  ]);
}

function refuseRepeats(keys: readonly string[], path: string): void {
  const index = keys.findIndex((key, position) => keys.indexOf(key) !== position);
  if (index < 0) return;
  throw formError([
    {
      path: `${path}[${index}]`,
      reason: 'it is there twice',
      advice: 'each is inspected once: leave one out',
    },
  ]);
}

function scriptsOf(request: CampaignRequest): Script[] {
  const contents = request.benchmarks.flatMap(({ script }) => (script === undefined ? [] : [script]));
  return [...new Map(contents.map((script) => [script.sha256, script])).values()].map(decodeScript);
}

function decodeScript({ sha256, name, content }: ScriptContent): Script {
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length > MAXIMUM_SCRIPT_BYTES) {
    throw new TroopError('TROOP-1309', { name, bytes: bytes.length, limit: MAXIMUM_SCRIPT_BYTES });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new TroopError('TROOP-1313', { name });
  }
  return { sha256, name, content: bytes };
}
