// While values are taken the agent is silent: every loop that talks asks this gate first. Measuring closes it for one
// block at a time; between blocks whoever waited gets to speak.
import { createAnnouncement } from '../../shared/runtime/announcement.ts';

export interface QuietGate {
  /** Whether values are being taken now. */
  isQuiet(): boolean;
  /** Resolves as soon as talking is allowed, or when the signal aborts. */
  whenTalkative(signal?: AbortSignal): Promise<void>;
  /** Closed twice is closed once. */
  close(): void;
  open(): void;
}

export function createQuietGate(): QuietGate {
  let isQuiet = false;
  const opened = createAnnouncement();
  return {
    isQuiet: () => isQuiet,
    whenTalkative: (signal) => (isQuiet ? opened.next(signal) : Promise.resolve()),
    close: () => {
      isQuiet = true;
    },
    open: () => {
      isQuiet = false;
      opened.announce();
    },
  };
}
