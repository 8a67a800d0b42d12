// What stacks are resolved for when nobody says: the Python of the configured interpreter, on this platform.
import { runCommand } from '../../shared/runtime/run-command.ts';

const PROBE_MS = 30_000;
const FALLBACK = '3.11';

export interface DefaultTarget {
  /** X.Y; asked of the interpreter when needed. */
  readonly defaultPythons: () => Promise<readonly string[]>;
  readonly defaultPlatform: string;
}

export function defaultTarget(python: string): DefaultTarget {
  return {
    defaultPythons: async () => {
      const answer = await runCommand(
        python,
        ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
        { timeoutMs: PROBE_MS },
      );
      const version = answer.stdout.trim();
      return [/^\d+\.\d+$/.test(version) ? version : FALLBACK];
    },
    defaultPlatform: platformOf(process.platform, process.arch),
  };
}

function platformOf(platform: string, architecture: string): string {
  if (platform === 'darwin') return architecture === 'arm64' ? 'macosx_14_0_arm64' : 'macosx_14_0_x86_64';
  return architecture === 'arm64' ? 'linux_aarch64' : 'linux_x86_64';
}
