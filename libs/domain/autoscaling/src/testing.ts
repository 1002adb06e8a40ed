import type { ScalingObservation } from './observation';
import { policyOf, type PolicyExtras, type ScalingPolicy } from './policy';

type Intent = Parameters<typeof policyOf>[0];
/** Undefined takes an optional field away. */
type Change<T> = { readonly [K in keyof T]?: T[K] | undefined };

const changed = <T>(base: T, change: Change<T>): T => ({ ...base, ...change }) as T;

/** A policy on concurrency with a target of 10 for each replica, changed as asked for. */
export const testPolicy = (change: Change<Intent> = {}, extras: PolicyExtras = {}): ScalingPolicy =>
  policyOf(
    changed<Intent>(
      {
        minReplicas: 0,
        maxReplicas: 10,
        initialReplicas: 1,
        metric: { name: 'concurrency', threshold: 10, targetPercent: 100 },
        scaleToZeroRetentionMs: 0,
      },
      change,
    ),
    extras,
  );

/** What is seen of a workload with one ready replica and no requests, 100 s after the beginning. */
export const testSeen = (change: Change<ScalingObservation> = {}): ScalingObservation =>
  changed<ScalingObservation>(
    { now: 100_000, currentReplicas: 1, readyReplicas: 1, requests: 0, load: { stable: 0, panic: 0 } },
    change,
  );
