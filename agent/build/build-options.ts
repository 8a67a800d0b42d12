// What a builder is made of; agent/main.ts puts it together.
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { BuildPaths } from './build-paths.ts';
import type { EnvironmentStore } from './environment-store.ts';
import type { FetchOptions } from './fetch-files.ts';
import type { Installer } from './installer.ts';
import type { KeptStore } from './kept/kept-store.ts';

export interface StackBuilderOptions {
  readonly installer: Installer;
  readonly sandbox: Sandbox;
  readonly paths: BuildPaths;
  readonly environments: EnvironmentStore;
  readonly kept: KeptStore;
  readonly fetch: FetchOptions;
  readonly clock: Clock;
  readonly nextId: () => string;
  /** Removes credentials from what leaves the machine. */
  readonly redact: (text: string) => string;
  /** What a build must not see: the agent's state and credentials. */
  readonly hiddenPaths: readonly string[];
  readonly limits: BuildLimits;
  /** As pip on this machine is configured; used only where the tool itself goes to an index. */
  readonly access: { readonly certificatePath?: string; readonly proxyUrl?: string };
}

export interface BuildLimits {
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly processes: number;
}

export const DEFAULT_BUILD_LIMITS: BuildLimits = {
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 64 * 1024 ** 2,
  processes: 256,
};
