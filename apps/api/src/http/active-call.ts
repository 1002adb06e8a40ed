import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import type { Caller, Principal, ProjectPlace, ReadWorkload } from '@tessera/application-control-plane';
import type { TokenClaims } from '@tessera/adapter-oidc';
import { currentTraceparent, parseTraceparent, TRACEPARENT } from '@tessera/platform-telemetry';
import type { Call } from './call';
import type { Granted, Named } from './guards/authorise';
import { TimeLimit } from './interceptors/time-limit';

/** Property under which the server stores the Content-Type that a client sent. */
export const SENT_TYPE = 'sentContentType';
/** Property of a request under which its call is stored. */
export const CALL = 'tesseraCall';

const NOTHING_READ: Named = { params: {}, query: undefined, raw: undefined };

/**
 * A call from the arrival of its body until its answer. Guards add the caller, the names in path, query and body, and
 * the scope on which the permission was checked.
 */
export class ActiveCall implements Call {
  readonly route: Route;
  readonly started = performance.now();
  principal: Principal | undefined;
  claims: TokenClaims | undefined;
  workload: ReadWorkload | undefined;
  project: ProjectPlace | undefined;
  named = NOTHING_READ;
  mayStill: () => Promise<boolean> = () => Promise.resolve(true);
  /** `open` until there is an answer; `failed` where it could not be sent. */
  state: 'open' | 'answered' | 'failed' = 'open';
  /** Called with the status once the call is answered. */
  onAnswered: ((status: number) => void) | undefined;
  caller: Caller;
  /** A signal for code that only checks it between two steps; it costs no AbortController. */
  readonly limit = new TimeLimit();

  constructor(
    readonly operation: OperationId,
    readonly request: FastifyRequest,
    /** Address of the client. */
    readonly address: string,
  ) {
    this.route = ROUTES[operation];
    this.caller = { name: '', subjectId: '', address, requestId: request.id };
    const traceparent = currentTraceparent() ?? request.headers[TRACEPARENT];
    if (parseTraceparent(traceparent) !== undefined)
      this.caller = { ...this.caller, traceparent: traceparent as string };
  }

  get headers(): Call['headers'] {
    return this.request.headers;
  }

  get raw(): unknown {
    return this.named.raw;
  }

  get isHead(): boolean {
    return this.request.method === 'HEAD';
  }

  get signal(): AbortSignal {
    return this.limit.signal;
  }

  /** Bytes of the body; undefined where none was sent. */
  get bytes(): Buffer | undefined {
    return Buffer.isBuffer(this.request.body) ? this.request.body : undefined;
  }

  /** The Content-Type that the client sent. */
  get contentType(): string | undefined {
    return (this.request as unknown as Record<string, string | undefined>)[SENT_TYPE];
  }

  get bodyHash(): string {
    return createHash('sha256')
      .update(this.bytes ?? '')
      .digest('base64url');
  }

  /** From here on the caller has a name in the audit log. */
  admit({ name, subjectId }: Principal): void {
    this.caller = { ...this.caller, name, subjectId };
  }

  /** Throws the 503 of a call past its time limit, so that it starts nothing more. */
  throwIfLate(): void {
    this.limit.throwIfAborted();
  }

  grant({ workload, project }: Granted): void {
    this.workload = workload;
    this.project = project;
  }

  /** Begins the time limit; `onLate` is called with the 503. */
  limitTo(ms: number, onLate: (error: Error) => void): void {
    this.limit.start(ms, this.route.awaitsOutcome ? 2 : 1, onLate);
  }

  /** Marks the call as answered; false where it has an answer already. */
  close(): boolean {
    if (this.state !== 'open') return false;
    this.state = 'answered';
    this.limit.stop();
    return true;
  }
}

/** The call of a request; undefined for requests outside the route table. */
export const callOf = (request: FastifyRequest): ActiveCall | undefined =>
  (request as unknown as Record<string, ActiveCall | undefined>)[CALL];

/** The call of a reply; undefined for requests outside the route table. */
export const callOfReply = ({ request }: Pick<FastifyReply, 'request'>): ActiveCall | undefined =>
  callOf(request);
