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
  /** What this candidate last read of the lease, and when it saw that first, ms of its own monotonic clock. */
  readonly seen?: LeaseRecord & { readonly at: number };
}

export type LeaseStep =
  | { readonly do: 'create' }
  | { readonly do: 'take'; readonly transitions: number }
  | { readonly do: 'renew'; readonly transitions: number }
  | { readonly do: 'wait' };

/** Records what was read: the time moves only if the record changed. A deleted lease keeps its last known state. */
export function observe(candidate: Candidate, record: LeaseRecord | undefined, now: number): Candidate {
  if (record === undefined || candidate.seen?.version === record.version) return candidate;
  return { ...candidate, seen: { ...record, at: now } };
}

/**
 * The next step towards leadership: create a missing lease, renew our own, take one that was released or has not
 * changed for its duration, else wait. Taking a lease increments its transitions by one. A lease that was deleted while
 * somebody else held it counts as held until its duration has passed: the holder may not have noticed yet.
 */
export function stepOf(candidate: Candidate, record: LeaseRecord | undefined, now: number): LeaseStep {
  const { identity, seen } = candidate;
  const expired = seen !== undefined && now - seen.at > seen.durationMs;
  if (record === undefined)
    return seen === undefined || isReleased(seen) || seen.holder === identity || expired
      ? { do: 'create' }
      : { do: 'wait' };
  if (record.holder === identity) return { do: 'renew', transitions: record.transitions };
  return isReleased(record) || expired ? { do: 'take', transitions: record.transitions + 1 } : { do: 'wait' };
}

const isReleased = ({ holder }: LeaseRecord): boolean => holder === undefined || holder === '';

/**
 * Why a candidate with this identity and epoch no longer leads, according to the lease it read; undefined if it leads.
 */
export function whyLost(
  own: { readonly identity: string; readonly epoch: number },
  seen: { readonly holder: string | undefined; readonly epoch: number } | undefined,
): string | undefined {
  if (seen === undefined) return 'the lease was deleted';
  if (seen.holder !== own.identity)
    return seen.holder === undefined || seen.holder === ''
      ? 'the lease was released by another process'
      : `the lease is held by ${seen.holder}`;
  return seen.epoch === own.epoch ? undefined : 'the lease was acquired again under the same identity';
}

/** True once the last successful renewal is too old to go on writing. */
export const isLost = (renewedAt: number, now: number): boolean =>
  now - renewedAt > LEASE_TIMES.renewDeadlineMs;
