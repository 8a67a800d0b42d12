// The report document of a sampling run, with the keys of Thoth's Dependency Monkey, so that what reads those reads ours.
// Pure: time, host and versions are given.
import { markerEnvironment } from '../../shared/stack/environment.ts';
import { markerHolds } from '../../shared/stack/marker.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { sha256Hex } from '../../shared/stack/canonical-json.ts';
import { findRelease, type LockedStack } from '../../shared/stack/stack.ts';
import type { ReleaseLookup } from '../../shared/stack/release.ts';
import type { ScoredPackage } from '../monkey/rules/scored-packages.ts';
import type { FormatContext } from './stack-format.ts';
import { thothProject, type ThothProject } from './thoth-project.ts';

export interface MonkeyReportMetadata {
  readonly version: string;
  readonly hostname: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `{ID, NAME, VERSION_ID, …}` of os-release with lower-case keys; null when it is not known. */
  readonly osRelease: Readonly<Record<string, string>> | null;
  /** Every option of the command. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface MonkeyResponse {
  /** Where the stack went: a path, or the id of an inspection. */
  readonly response: string;
  readonly product: {
    readonly project: ThothProject & { readonly runtime_environment: object };
    /** What the rules of the request add for its packages; 0 without such rules. */
    readonly score: number;
    readonly justification: readonly object[];
    readonly advised_runtime_environment: null;
    readonly advised_manifest_changes: null;
    /** Null where the dependencies are not at hand. */
    readonly dependency_graph: DependencyGraph | null;
  };
}

export interface DependencyGraph {
  readonly nodes: readonly string[];
  /** Positions in `nodes`: the first needs the second. */
  readonly edges: readonly (readonly [number, number])[];
}

export interface MonkeyReport {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly result: {
    readonly error: boolean;
    readonly error_msg: string | null;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly report: { readonly skipped: number; readonly responses: readonly MonkeyResponse[] };
  };
}

export interface MonkeyReportInput {
  readonly metadata: MonkeyReportMetadata;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly responses: readonly MonkeyResponse[];
  /** Stacks that could not be written. */
  readonly skipped: number;
  readonly error: string | null;
}

export function monkeyReport({
  metadata,
  parameters,
  responses,
  skipped,
  error,
}: MonkeyReportInput): MonkeyReport {
  const { startedAtMs, endedAtMs } = metadata;
  const datetime = new Date(endedAtMs).toISOString().replace('Z', '');
  const day = datetime.replace(/[-:T]/g, '').slice(2, 14);
  const digest = sha256Hex(JSON.stringify([metadata, parameters])).slice(0, 16);
  return {
    metadata: {
      analyzer: 'troop',
      analyzer_version: metadata.version,
      arguments: {
        'dependency-monkey': metadata.arguments,
        'thoth-adviser': { metadata: null, verbose: false },
      },
      datetime,
      distribution: distributionOf(metadata.osRelease),
      document_id: `dependency-monkey-${day}-${digest}`,
      duration: Math.round((endedAtMs - startedAtMs) / 1000),
      hostname: metadata.hostname,
      os_release: metadata.osRelease,
      python: null,
      thoth_deployment_name: null,
      timestamp: Math.floor(endedAtMs / 1000),
    },
    result: {
      error: error !== null,
      error_msg: error,
      parameters,
      report: { skipped, responses },
    },
  };
}

/** @throws TROOP-1819 when a package has no hash, TROOP-1821 when it is a wheel variant */
export function monkeyResponse(
  stack: LockedStack,
  response: string,
  context: FormatContext & {
    readonly releases?: ReleaseLookup | undefined;
    readonly scored?: readonly ScoredPackage[] | undefined;
  },
): MonkeyResponse {
  const { python, platform } = stack.environment;
  const { scored = [] } = context;
  const runtime_environment = {
    hardware: {},
    operating_system: {},
    python_version: python,
    platform: platform.replace('linux_', 'linux-'),
  };
  return {
    response,
    product: {
      project: { ...thothProject(stack, context), runtime_environment },
      score: scored.reduce((sum, { points }) => sum + points, 0),
      justification: [
        { message: `sampled by Troop: ${stack.stack_id}`, type: 'INFO' },
        ...scored.map(({ name, version, points }) => ({
          message: `a rule scores ${name} ${version} with ${points}`,
          type: 'INFO',
          package_name: name,
        })),
      ],
      advised_runtime_environment: null,
      advised_manifest_changes: null,
      dependency_graph: context.releases === undefined ? null : dependencyGraph(stack, context.releases),
    },
  };
}

/** Which package of the stack asks for which, by the dependencies of its release that apply in the environment. */
export function dependencyGraph(stack: LockedStack, releases: ReleaseLookup): DependencyGraph {
  const nodes = stack.packages.map(({ name }) => name);
  const positions = new Map(nodes.map((name, position) => [name, position]));
  const markers = markerEnvironment(stack.environment);
  const edges = stack.packages.flatMap((item, from) => {
    const release = findRelease(item, releases.releases(item.name) ?? []);
    const extras = new Set(item.extras ?? []);
    const needed = (item.files[0]?.requires_dist ?? release?.requires_dist ?? [])
      .map(parseRequirement)
      .filter(({ marker }) => markerHolds(marker, markers, extras))
      .map(({ name }) => positions.get(name));
    return [...new Set(needed)].filter((to) => to !== undefined).map((to) => [from, to] as const);
  });
  return { nodes, edges };
}

function distributionOf(release: Readonly<Record<string, string>> | null): object | null {
  if (release === null) return null;
  const version = release['version_id'] ?? '';
  const [major = '', minor = '', build = ''] = version.split('.');
  return {
    codename: release['version_codename'] ?? '',
    id: release['id'] ?? '',
    like: release['id_like'] ?? '',
    version,
    version_parts: { build_number: build, major, minor },
  };
}
