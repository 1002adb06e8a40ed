import type { GuardrailRefusal, Violation } from '@tessera/domain-workload';

/** What a caller that lacks a right may read about it. */
export interface ForbiddenReason {
  /** Replaces the general sentence. */
  readonly message?: string;
  /** The field in question, and what to do instead. */
  readonly details: string;
}

/** Why a use case changed nothing. */
export type Declined =
  /** The request breaks rules; every one that is found. */
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  /** The caller lacks a right, or names what it must not know of. */
  | { readonly kind: 'forbidden'; readonly reason?: ForbiddenReason }
  /** What the request names does not exist. */
  | { readonly kind: 'not-found' }
  /** The operator's guardrails refuse it. */
  | { readonly kind: 'refused'; readonly refusals: readonly GuardrailRefusal[] }
  /** It conflicts with another resource. */
  | { readonly kind: 'conflict'; readonly why: 'already-exists' | 'in-use' };

/** What a use case did, or why it did nothing. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | Declined;

/** A request with one violation. */
export const invalid = (field: string, message: string): Declined => ({
  kind: 'invalid',
  violations: [{ field, message }],
});

/** Result of a change: `already-exists` and `in-use` report a conflict with another resource. */
export type Changed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'already-exists' | 'in-use' | 'not-found' };

/** The outcome of a change that a store made or rejected. */
export function outcomeOf<T>(changed: Changed<T>): Outcome<T> {
  if (changed.ok) return { kind: 'done', value: changed.value };
  return changed.why === 'not-found' ? { kind: 'not-found' } : { kind: 'conflict', why: changed.why };
}

/** The outcome of a read by id: `not-found` where there is nothing. */
export const foundOr = <T>(value: T | undefined): Outcome<T> =>
  value === undefined ? { kind: 'not-found' } : { kind: 'done', value };
