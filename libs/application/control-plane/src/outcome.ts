import type { Refusal, Violation } from '@tessera/domain-workload';
import type { Changed } from './organisation/organisation';

/** Why a use case changed nothing. */
export type Declined =
  /** The request breaks rules; every one that is found. */
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  /** The caller lacks a right, or names what it must not know of. */
  | { readonly kind: 'forbidden' }
  /** The operator's guardrails refuse it. */
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  /** It conflicts with another resource. */
  | { readonly kind: 'conflict'; readonly why: Extract<Changed<unknown>, { readonly ok: false }>['why'] };

/** What a use case did, or why it did nothing. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | Declined;

/** A request with one violation. */
export const invalid = (field: string, message: string): Declined => ({
  kind: 'invalid',
  violations: [{ field, message }],
});

/** The outcome of a change that a store made or rejected. */
export const outcomeOf = <T>(changed: Changed<T>): Outcome<T> =>
  changed.ok ? { kind: 'done', value: changed.value } : { kind: 'conflict', why: changed.why };
