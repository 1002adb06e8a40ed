import type { Repartition, RepartitionPhase } from '@tessera/domain-placement';

/** What the events of a node say of a change of its geometry. */
export interface MigEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The same for the same step of the same change, and for no other. */
  readonly key: string;
}

const WARNS: readonly RepartitionPhase[] = ['Refused', 'Recovering', 'RollingBack', 'Failed'];

/**
 * What to tell once a step was written: each phase that a change enters, and its withdrawal. What only changes within a phase,
 * as the pods that are waited for, stands in the annotation.
 */
export function migEvent(before: Repartition | undefined, after: Repartition | null): MigEvent | undefined {
  if (after === null) {
    if (before === undefined) return undefined;
    const message = `The change to ${before.config} is withdrawn.`;
    return { type: 'Normal', reason: 'MigWithdrawn', message, key: keyOf(before, 'Withdrawn') };
  }
  const { phase, config, message, since } = after;
  if (before?.phase === phase && before.since === since) return undefined;
  const type = WARNS.includes(phase) ? 'Warning' : 'Normal';
  return { type, reason: `Mig${phase}`, message: `${config}: ${message}`, key: keyOf(after, phase) };
}

const keyOf = ({ since }: Repartition, what: string): string => `${what.toLowerCase()}-${since.toString(36)}`;
