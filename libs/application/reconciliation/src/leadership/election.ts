/** The lease as it was read, in the words of `coordination.k8s.io/v1`. */
export interface LeaseRecord {
  readonly reservationPod: string | undefined;
  readonly durationMs: number;
  /** Grows each time the holder changes; the fencing epoch of writes. */
  readonly transitions: number;
  /** Changes with every write of the record. */
  readonly version: string;
}

/** Times of the election, ms (design §5). */
export const LEASE_TIMES = {
  durationMs: 8_000,
  renewDeadlineMs: 5_000,
  retryMs: 1_000,
  /** One that stands by looks more often, so that a lease that was given up does not wait for it. */
  standbyMs: 250,
} as const;

/** What one candidate knows; only its own clock is used, so skew between machines does not matter (as in client-go). */
export interface Candidate {
  readonly identity: string;
  /** When this candidate saw the record change last, ms of its own clock, and the version it saw. */
  readonly seen?: { readonly version: string; readonly at: number };
}

export type LeaseStep =
  | { readonly do: 'create' }
  | { readonly do: 'take'; readonly transitions: number }
  | { readonly do: 'renew'; readonly transitions: number }
  | { readonly do: 'wait' };

/** Notes what was read: the time only moves when the record changed. */
export function reconcile(candidate: Candidate, record: LeaseRecord | undefined, now: number): Candidate {
  if (record === undefined || candidate.seen?.version === record.version) return candidate;
  return { ...candidate, seen: { version: record.version, at: now } };
}

/**
 * The next step towards leadership: create a missing lease, renew our own, take one that was given up or has not changed
 * for its duration, else wait. A take counts one transition more.
 */
export function stepOf(candidate: Candidate, record: LeaseRecord | undefined, now: number): LeaseStep {
  if (record === undefined) return { do: 'create' };
  if (record.reservationPod === candidate.identity) return { do: 'renew', transitions: record.transitions };
  const abandoned = record.reservationPod === undefined || record.reservationPod === '';
  const expired = candidate.seen !== undefined && now - candidate.seen.at > record.durationMs;
  return abandoned || expired ? { do: 'take', transitions: record.transitions + 1 } : { do: 'wait' };
}

/** True once the last successful renewal is too long ago to go on writing. */
export const isLost = (renewedAt: number, now: number): boolean =>
  now - renewedAt > LEASE_TIMES.renewDeadlineMs;
