// The protocol version and who may talk to whom: same major, and a coordinator at least as new as its agents.
import semver from 'semver';

export const PROTOCOL_VERSION = '1.0.0';

/** Whether a coordinator of `coordinator`'s protocol understands an agent of `agent`'s. */
export function isCompatible(coordinator: string, agent: string): boolean {
  const ours = semver.parse(coordinator);
  const theirs = semver.parse(agent);
  if (ours === null || theirs === null) return false;
  return ours.major === theirs.major && ours.minor >= theirs.minor;
}
