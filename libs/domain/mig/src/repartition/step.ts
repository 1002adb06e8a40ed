import { maybe } from '@tessera/kernel';
import type { Repartition, RepartitionPhase } from './repartition';

/** One atomic write to the node. A label of null is removed. */
export interface NodePatch {
  readonly cordoned?: boolean;
  readonly labels: Readonly<Record<string, string | null>>;
  /** Null removes the record of the change. */
  readonly change: Repartition | null;
}

/** The next write; no patch means wait. The caller calls again from time to time, since steps also depend on time. */
export interface RepartitionStep {
  readonly patch?: NodePatch;
}

/** The change in another phase, which begins now (ms). */
export const moved = (
  change: Repartition,
  phase: RepartitionPhase,
  message: string,
  now: number,
): Repartition => ({
  ...change,
  phase,
  message,
  since: now,
});

/** The write of a change with its labels; `cordoned` cordons or uncordons the node. */
export const to = (
  change: Repartition,
  labels: NodePatch['labels'] = {},
  cordoned?: boolean,
): RepartitionStep => ({
  patch: { labels, change, ...maybe('cordoned', cordoned) },
});

/** Uncordons the node where we cordoned it. */
export const released = (
  change: Repartition,
  { change: next }: Pick<NodePatch, 'change'>,
): RepartitionStep => ({
  patch: {
    labels: {},
    change: next === null ? null : { ...next, cordoned: false },
    ...(change.cordoned ? { cordoned: false } : {}),
  },
});
