// What a builder adds to the steps that all builds share: the command lines of its tool.
import type { BuiltEnvironment, IndexAccess } from './builder.ts';

export interface InstallTarget {
  /** The base interpreter. */
  readonly interpreter: string;
  readonly prefix: string;
  /** Python of the environment. */
  readonly python: string;
}

export interface InstallPlan {
  readonly requirementsPath: string;
  readonly allHashed: boolean;
  readonly allowSdists: boolean;
  /** Empty: the installation is offline, from local files. */
  readonly indexes: readonly IndexAccess[];
  readonly cacheDirectory: string;
}

type CommandLine = readonly [string, ...string[]];

export interface Installer {
  readonly name: BuiltEnvironment['builder'];
  /** Environment variables of every command, beside the ones that all tools get. */
  readonly environment: (options: { certificatePath?: string }) => Readonly<Record<string, string>>;
  /** Directories that the tool itself is read from; shown in the sandbox. */
  readonly readablePaths: readonly string[];
  /** What it leaves in an environment that is of no use any more. */
  readonly leftovers: readonly string[];
  /** Makes an empty environment at the prefix, which does not exist yet. */
  createCommand(target: InstallTarget, cacheDirectory: string): CommandLine;
  installCommand(target: InstallTarget, plan: InstallPlan): CommandLine;
}
