import type { Answer, Input, OperationId } from '@tessera/contracts-rest';
import type { Caller, Principal, ProjectPlace, ReadWorkload } from '@tessera/application-submission';
import type { TokenClaims } from '@tessera/adapter-oidc';
import type { JsonText } from './json-text';

/** What a handler knows of a call beyond its input. */
export interface Call {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it was sent, before anything was decoded. */
  readonly raw: unknown;
  /** Digest of the body's bytes. */
  readonly bodyHash: string;
  readonly caller: Caller;
  /** Aborted when the call has taken too long: what is not begun by then is not to be begun. */
  readonly signal: AbortSignal;
  /** Only the head of the answer is asked for: nothing that goes on is to be opened for it. */
  readonly isHead: boolean;
  /** Does the caller still have the right that the call was let in by? Rejects while that cannot be said. */
  readonly mayStill: () => Promise<boolean>;
  /** Who calls; absent on public routes. */
  readonly principal?: Principal;
  /** What the caller's token says; absent on public routes. */
  readonly claims?: TokenClaims;
  /** The workload that the path names, on routes whose right depends on it. */
  readonly workload?: ReadWorkload;
  /** The project that the body or path names. */
  readonly project?: ProjectPlace;
}

/** One handler per route; a route without one does not compile. */
export type Handlers = {
  readonly [O in OperationId]: (input: Input<O>, call: Call) => Promise<Answer<O> | TextAnswer<Answer<O>>>;
};

/** The same answer with its body as JSON text. */
type TextAnswer<A> = A extends { readonly status: infer S; readonly body: infer B }
  ? { readonly status: S; readonly body: JsonText<B> }
  : never;

/** The principal of a call on a route that needs one. */
export function principalOf(call: Call): Principal {
  if (call.principal === undefined) throw new Error('the route is public and has no principal');
  return call.principal;
}

/** The workload of a call on a route that names one. */
export function workloadOf(call: Call): ReadWorkload {
  if (call.workload === undefined) throw new Error('the route does not load a workload');
  return call.workload;
}

/** What the token of a call says, on a route that needs one. */
export function claimsOf(call: Call): TokenClaims {
  if (call.claims === undefined) throw new Error('the route is public and has no token');
  return call.claims;
}

/** A text of nothing, for the head of an answer. */
export const noText = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.close() });
