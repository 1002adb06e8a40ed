import type { z } from 'zod';
import type { ErrorStatus } from './schemas/errors';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Resource types of access rules. */
export const RESOURCES = [
  'inferences',
  'workloads',
  'projects',
  'departments',
  'clusters',
  'nodes',
  'nodepools',
  'policies',
  'applications',
  'users',
  'access-rules',
  'roles',
  'data-volumes',
  'credentials',
] as const;
export type Resource = (typeof RESOURCES)[number];
export const ACTIONS = ['create', 'read', 'update', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * Scope in which the caller must have the right: the project named in the body or query, the scope of the workload,
 * revision, project, department or cluster named in the path (`whole`: a right below it is not enough), the whole tenant, or any scope (`visible`), in which case
 * the answer contains only what the caller may see.
 */
export type ScopeSource =
  | 'body-project'
  | 'body-meta-project'
  | 'query-project'
  | 'workload'
  | 'revision'
  | 'project'
  | 'department'
  | 'cluster'
  | 'whole-cluster'
  | 'whole-department'
  | 'tenant'
  | 'visible';

/** Who may call a route. */
export type Permission =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | {
      readonly kind: 'right';
      readonly resource: Resource;
      readonly action: Action;
      readonly scope: ScopeSource;
    };

/**
 * Audit log of a call: nothing; a row after the answer; a row in the transaction of the change itself (for refusals
 * after the answer); a row for each login, successful or not.
 */
export type Audited = 'no' | 'answer' | 'transaction' | 'login';

/** Limits of the cost of one call. */
export interface Cost {
  /** Largest body, bytes; absent for a route without a body. TESSERA_BODY_LIMIT_BYTES is a limit too. */
  readonly bodyBytes?: number;
  /** Most rows of an answer; absent for a single object. `all`: everything that the caller may see. */
  readonly rows?: number | 'all';
  /** Other services that the API calls. */
  readonly asks?: readonly ('scheduler' | 'metrics')[];
  /** The answer is a stream; a setting limits the number of open streams per subject. */
  readonly stream?: 'events' | 'logs';
  /** Rate limit per minute: calls of the subject, or logins of the address and the client. */
  readonly limit: 'subject' | 'login';
}

export interface RouteResponse {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: z.ZodType;
  /** Of the body; JSON unless given. */
  readonly mediaType?: 'text/plain' | 'text/event-stream';
  /** Other media types that a client can request. */
  readonly also?: readonly string[];
  readonly example?: unknown;
}

/** One route of the API: the single source of validation, types, authorisation and the OpenAPI document. */
export interface Route {
  readonly method: Method;
  /** OpenAPI style, parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly bodyType?: 'application/json' | 'application/x-www-form-urlencoded';
  readonly bodyExample?: unknown;
  readonly answers: Readonly<Record<number, RouteResponse>>;
  readonly errors: readonly ErrorStatus[];
  readonly permission: Permission;
  readonly audited: Audited;
  readonly cost: Cost;
  /**
   * Where true, an unknown query parameter is an error (400); other routes ignore it, since clients of Run:ai may send
   * more.
   */
  readonly strictQuery?: true;
  /** Rules beyond the shape of the body whose violations a 400 reports together with those of the shape. */
  readonly bodyRules?: 'new-inference' | 'inference-patch';
  /**
   * A method that is not idempotent: a response must not leave open whether the call took effect. Work in flight at the
   * time limit is awaited for as long again before the call is 503.
   */
  readonly awaitsOutcome?: true;
  /** Body of an error; that of the API unless given. `oauth`: RFC 6749 §5.2. */
  readonly errorBody?: 'oauth';
  /** Descriptions of parameters by name, for the document. */
  readonly paramDescriptions?: Readonly<Record<string, string>>;
}

/** Keeps the exact type of a route. */
export const route = <const R extends Route>(definition: R): R => definition;

type Decoded<T> =
  T extends Readonly<Record<string, z.ZodType>> ? { readonly [K in keyof T]: z.output<T[K]> } : object;

/** Decoded and validated input of a handler of the route. */
export interface RouteInput<R extends Route> {
  readonly params: Decoded<R['params']>;
  readonly query: Decoded<R['query']>;
  readonly body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

/** Text that is streamed to the client. */
export type TextStream = ReadableStream<Uint8Array>;

type BodyOf<S> = S extends { readonly mediaType: 'text/plain' | 'text/event-stream' }
  ? { readonly body: TextStream }
  : S extends { readonly schema: infer Z extends z.ZodType }
    ? { readonly body: z.input<Z> }
    : { readonly body?: undefined };

/** Possible answers of a handler of the route. */
export type RouteAnswer<R extends Route> = {
  [S in keyof R['answers']]: {
    readonly status: S;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<R['answers'][S]>;
}[keyof R['answers']];

export const right = <const R extends Resource, const A extends Action, const S extends ScopeSource>(
  resource: R,
  action: A,
  scope: S,
) => ({ kind: 'right', resource, action, scope }) as const;
