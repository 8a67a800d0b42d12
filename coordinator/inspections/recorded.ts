// What became of a message that was taken in. In every case it is committed, and its sender may forget it.

/** Why a message does not count. */
export type StaleReason =
  'unknown_job' | 'stale_epoch' | 'not_the_holder' | 'job_is_over' | 'epoch_has_ended';

export type Recorded =
  | { readonly id: string; readonly stored: 'accepted' | 'duplicate' }
  | { readonly id: string; readonly stored: 'stale'; readonly reason: StaleReason };
