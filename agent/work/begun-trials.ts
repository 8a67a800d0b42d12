// The trials that this process has begun. A job that it has given up is granted to it again, under the same epoch, until
// the coordinator has read that it was: then nothing may be begun, since that word will free the job for others.

export interface BegunTrials {
  /** Notes that a trial begins; false when it has begun before, and must not once more. */
  begin(jobId: string, epoch: number): boolean;
}

/** Such a grant comes soon or never. */
const REMEMBERED_TRIALS = 64;

export function createBegunTrials(): BegunTrials {
  /** By job the epoch of the trial that was begun last; the oldest first. */
  const epochs = new Map<string, number>();
  return {
    begin: (jobId, epoch) => {
      if (epochs.get(jobId) === epoch) return false;
      epochs.delete(jobId);
      epochs.set(jobId, epoch);
      const [oldest] = epochs.keys();
      if (epochs.size > REMEMBERED_TRIALS && oldest !== undefined) epochs.delete(oldest);
      return true;
    },
  };
}
