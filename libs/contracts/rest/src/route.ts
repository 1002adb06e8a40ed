import type { z } from 'zod';
import type { ErrorStatus } from './schemas/errors';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What access rules speak about. */
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
 * Where a right must hold: in the project named in the body or query, at the place of the
 * workload, revision, project, department or cluster named in the path, in the whole tenant, or anywhere, in which case the answer holds only what the caller may see.
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
 * What of a call stands in the audit log: nothing; a row once it was answered; a row in the transaction of the change itself
 * (refusals once they were answered); a row for each login, granted or not.
 */
export type Audited = 'no' | 'answer' | 'transaction' | 'login';

/** What one call may cost at most. */
export interface Cost {
  /** Largest body, bytes; absent where the route takes none. TESSERA_BODY_LIMIT_BYTES bounds it too. */
  readonly bodyBytes?: number;
  /** Most rows of an answer; absent where it is about one thing. `all`: everything that the caller may see. */
  readonly rows?: number | 'all';
  /** Our other services that are asked. */
  readonly asks?: readonly ('scheduler' | 'metrics')[];
  /** The answer may go on; so many are open for one subject as the setting of these streams says. */
  readonly stream?: 'events' | 'logs';
  /** What is counted a minute: calls of the subject, or logins of the address and the client. */
  readonly limit: 'subject' | 'login';
}

export interface RouteResponse {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: z.ZodType;
  /** Of the body; JSON unless given. */
  readonly mediaType?: 'text/plain' | 'text/event-stream';
  /** Other media types that can be asked for. */
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
  /** Where true, a query parameter that the route does not know is 400; clients of Run:ai may send more than they know. */
  readonly strictQuery?: true;
  /** The fields of these parameters, by name, for the document. */
  readonly paramDescriptions?: Readonly<Record<string, string>>;
}

/** Keeps the exact type of a route. */
export const route = <const R extends Route>(definition: R): R => definition;

type Decoded<T> =
  T extends Readonly<Record<string, z.ZodType>> ? { readonly [K in keyof T]: z.output<T[K]> } : object;

/** What a handler of the route is given, decoded and checked. */
export interface RouteInput<R extends Route> {
  readonly params: Decoded<R['params']>;
  readonly query: Decoded<R['query']>;
  readonly body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

/** Text that is sent as it comes. */
export type TextStream = ReadableStream<Uint8Array>;

type BodyOf<S> = S extends { readonly mediaType: 'text/plain' | 'text/event-stream' }
  ? { readonly body: TextStream }
  : S extends { readonly schema: infer Z extends z.ZodType }
    ? { readonly body: z.input<Z> }
    : { readonly body?: undefined };

/** What a handler of the route may answer. */
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
