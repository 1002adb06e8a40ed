/** The lease as read, with the terms of `coordination.k8s.io/v1`. */
export interface LeaseRecord {
  readonly holder: string | undefined;
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
  /** A standby polls more often, so that it takes a released lease quickly. */
  standbyMs: 250,
} as const;

/**
 * State of one candidate. Only its own clock is used, so clock skew between machines does not matter (as in client-go).
 */
export interface Candidate {
  readonly identity: string;
  /** When this candidate last saw the record change, ms of its own clock, and the version it saw. */
  readonly seen?: { readonly version: string; readonly at: number };
}

export type LeaseStep =
  | { readonly do: 'create' }
  | { readonly do: 'take'; readonly transitions: number }
  | { readonly do: 'renew'; readonly transitions: number }
  | { readonly do: 'wait' };

/** Records what was read: the time moves only if the record changed. */
export function observe(candidate: Candidate, record: LeaseRecord | undefined, now: number): Candidate {
  if (record === undefined || candidate.seen?.version === record.version) return candidate;
  return { ...candidate, seen: { version: record.version, at: now } };
}

/**
 * The next step towards leadership: create a missing lease, renew our own, take one that was released or has not
 * changed for its duration, else wait. Taking a lease increments its transitions by one.
 */
export function stepOf(candidate: Candidate, record: LeaseRecord | undefined, now: number): LeaseStep {
  if (record === undefined) return { do: 'create' };
  if (record.holder === candidate.identity) return { do: 'renew', transitions: record.transitions };
  const abandoned = record.holder === undefined || record.holder === '';
  const expired = candidate.seen !== undefined && now - candidate.seen.at > record.durationMs;
  return abandoned || expired ? { do: 'take', transitions: record.transitions + 1 } : { do: 'wait' };
}

/** True once the last successful renewal is too old to go on writing. */
export const isLost = (renewedAt: number, now: number): boolean =>
  now - renewedAt > LEASE_TIMES.renewDeadlineMs;
