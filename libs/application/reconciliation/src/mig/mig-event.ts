import type { Repartition, RepartitionPhase } from '@tessera/domain-mig';

/** Node event about a change of MIG geometry. */
export interface MigNodeEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Identifies the step of the change; the same for the same step only. */
  readonly key: string;
}

const WARNS: readonly RepartitionPhase[] = ['Refused', 'Recovering', 'RollingBack', 'Failed'];

/**
 * The event for a step once it was written: each phase that a change enters, and its withdrawal. Changes within a
 * phase, such as the pods still waited for, appear only in the annotation.
 */
export function migEvent(
  before: Repartition | undefined,
  after: Repartition | null,
): MigNodeEvent | undefined {
  if (after === null) {
    if (before === undefined) return undefined;
    const message = `The change to ${before.config} was withdrawn.`;
    return { type: 'Normal', reason: 'MigWithdrawn', message, key: keyOf(before, 'Withdrawn') };
  }
  const { phase, config, message, since } = after;
  if (before?.phase === phase && before.since === since) return undefined;
  const type = WARNS.includes(phase) ? 'Warning' : 'Normal';
  return { type, reason: `Mig${phase}`, message: `${config}: ${message}`, key: keyOf(after, phase) };
}

const keyOf = ({ since }: Repartition, what: string): string => `${what.toLowerCase()}-${since.toString(36)}`;
