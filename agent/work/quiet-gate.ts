// While values are taken the agent is silent: every loop that talks asks this gate first. Measuring closes it for one
// block at a time; between blocks whoever waited gets to speak.
import { createAnnouncement } from '../../shared/runtime/announcement.ts';

export interface QuietGate {
  /** Whether values are being taken now. */
  isQuiet(): boolean;
  /** Resolves as soon as talking is allowed, or when the signal aborts. */
  whenTalkative(signal?: AbortSignal): Promise<void>;
  /** Runs `measure` with the gate closed. */
  duringQuiet<T>(measure: () => Promise<T>): Promise<T>;
}

export function createQuietGate(): QuietGate {
  let depth = 0;
  const opened = createAnnouncement();

  return {
    isQuiet: () => depth > 0,
    whenTalkative: (signal) => (depth === 0 ? Promise.resolve() : opened.next(signal)),
    duringQuiet: async (measure) => {
      depth += 1;
      try {
        return await measure();
      } finally {
        depth -= 1;
        if (depth === 0) opened.announce();
      }
    },
  };
}
