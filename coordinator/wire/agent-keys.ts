// The public keys of the agents, so that a message is believed for its signature and not for its subject.
import { createPublicKey, type KeyObject } from 'node:crypto';

export interface AgentKeys {
  /** Null for an agent that is not known or was retired. */
  find(agentId: string): Promise<KeyObject | null>;
  forget(agentId: string): void;
}

/** Keeps keys in memory; `load` gives the SPKI PEM of an agent, or null. */
export function cachedAgentKeys(load: (agentId: string) => Promise<string | null>): AgentKeys {
  const known = new Map<string, KeyObject>();
  return {
    find: async (agentId) => {
      const cached = known.get(agentId);
      if (cached !== undefined) return cached;
      const pem = await load(agentId);
      if (pem === null) return null;
      const key = createPublicKey(pem);
      known.set(agentId, key);
      return key;
    },
    forget: (agentId) => {
      known.delete(agentId);
    },
  };
}
