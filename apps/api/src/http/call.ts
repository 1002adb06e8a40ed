import type { Answer, OperationId } from '@tessera/contracts-rest';
import type {
  Caller,
  Cancellation,
  Principal,
  ProjectPlace,
  ReadWorkload,
} from '@tessera/application-control-plane';
import type { TokenClaims } from '@tessera/adapter-oidc';
import type { JsonText } from './json-text';

/** What a controller knows of a call besides its input. */
export interface Call {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it was sent, before decoding. */
  readonly raw: unknown;
  /** Digest of the bytes of the body. */
  readonly bodyHash: string;
  readonly caller: Caller;
  /** Aborted when the call exceeds its time limit; the controller must start nothing new after that. */
  readonly signal: AbortSignal;
  /** The same for a controller that only checks it between two steps; it costs no AbortController. */
  readonly limit: Cancellation;
  /** Whether only the head of the response is requested (HEAD): the controller opens no stream for it. */
  readonly isHead: boolean;
  /** Whether the caller still has the permission that admitted the call. Rejects while this cannot be determined. */
  readonly mayStill: () => Promise<boolean>;
  /** The caller; undefined on public routes. */
  readonly principal: Principal | undefined;
  /** The claims of the caller's token; undefined on public routes. */
  readonly claims: TokenClaims | undefined;
  /** The workload that the path names, on routes whose permission depends on it. */
  readonly workload: ReadWorkload | undefined;
  /** The project that the body or path names. */
  readonly project: ProjectPlace | undefined;
}

/** What a controller method of the operation returns: status, body and headers as the route table has them. */
export type Reply<O extends OperationId> = Promise<Answer<O> | TextAnswer<Answer<O>>>;

/** The same response with its body as JSON text. */
type TextAnswer<A> = A extends { readonly status: infer S; readonly body: infer B }
  ? { readonly status: S; readonly body: JsonText<B> }
  : never;

/** A response of any operation. */
export interface AnyAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The principal of a call on a route that requires one. */
export function principalOf(call: Pick<Call, 'principal'>): Principal {
  if (call.principal === undefined) throw new Error('the route is public and has no principal');
  return call.principal;
}

/** The workload of a call on a route that names one. */
export function workloadOf(call: Pick<Call, 'workload'>): ReadWorkload {
  if (call.workload === undefined) throw new Error('the route does not load a workload');
  return call.workload;
}

/** The token claims of a call on a route that requires a token. */
export function claimsOf(call: Pick<Call, 'claims'>): TokenClaims {
  if (call.claims === undefined) throw new Error('the route is public and has no token');
  return call.claims;
}

/** An empty stream, for responses to HEAD. */
export const noText = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.close() });
