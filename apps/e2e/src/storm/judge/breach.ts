/** A broken promise, by the name of the promise. */
export interface Breach {
  readonly kind: BreachKind;
  /** The workload, device or service, and what was seen. */
  readonly what: string;
}

export const BREACHES = [
  'request-not-kept',
  'answered-wrong',
  'overfull-by-one-leader',
  'overfull-not-healed',
  'pod-without-workload',
  'workload-without-pod',
  'not-running',
  'reservation-without-replica',
  'wrong-device',
  'databases-disagree',
  'unpublished',
  'dead-letter',
  'event-missing',
  'event-out-of-order',
  'event-twice',
  'event-changed',
  'not-quiet',
] as const;
export type BreachKind = (typeof BREACHES)[number];
