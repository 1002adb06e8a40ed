import { createHash } from 'node:crypto';
import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import type { AuditEntry, Caller, Principal, ReadWorkload } from '@tessera/application-submission';
import type { TokenClaims, TokenVerifier } from '@tessera/adapter-oidc';
import { clientAddress, type HttpError, type TrustedProxies } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { currentTraceparent, parseTraceparent, TRACEPARENT } from '@tessera/platform-telemetry';
import type { Violation } from '@tessera/domain-workload';
import { badRequest, shapeViolations } from '../wire/violations';
import { authorise, type Granted, type Named, type Places } from './authorise';
import type { Call, Handlers } from './call';
import { decodeBody, decodeParams, decodeQuery, readBody, refuseUnusable } from './decode';
import { toHttpError } from './errors';
import type { Principals } from './principals';
import type { RateLimit } from './rate-limit';
import { withinLimit } from './time-limit';

/** A request as the endpoint needs it, whatever server it came through. */
export interface EndpointRequest {
  readonly id: string;
  /** The other end of the connection: a client, or the last proxy before us. */
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly bytes: Buffer | undefined;
  readonly contentType: string | undefined;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EndpointParts {
  readonly handlers: Handlers;
  readonly verifier: TokenVerifier;
  readonly principals: Principals;
  readonly places: Places;
  readonly rateLimit: RateLimit;
  readonly trustedProxies: TrustedProxies;
  readonly audit: (entry: AuditEntry) => Promise<void>;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Rules beyond shape, for routes that tell all violations of a body at once. */
  readonly onAnswer?: (operation: OperationId, status: number, seconds: number) => void;
  readonly moreViolations: (
    operation: OperationId,
    raw: unknown,
    found: readonly Violation[],
    workload: ReadWorkload | undefined,
  ) => Promise<readonly Violation[]>;
}

/** Who calls, and what the token says of them. */
interface Known {
  readonly principal: Principal;
  readonly claims: TokenClaims;
}

const NOBODY = { name: '', subjectId: '' };
/** These write their audit entry in the transaction of the change itself. */
const SELF_AUDITED: readonly string[] = ['create_inference1', 'delete_inference', 'update_inference_spec'];
/** Doing these a second time is not the same as doing them once: an answer must not leave open whether they were done. */
const OUTCOME_COUNTS: readonly string[] = ['create_inference1'];
type AnyHandler = (input: unknown, call: Call) => Promise<EndpointAnswer>;

/** Serves every route the same way: who calls, what is asked, may they, do it, write down who did. */
export class Endpoint {
  constructor(private readonly parts: EndpointParts) {}

  async serve(operation: OperationId, request: EndpointRequest): Promise<EndpointAnswer> {
    const route: Route = ROUTES[operation];
    const started = performance.now();
    const address = clientAddress(
      request.remoteAddress,
      request.headers['x-forwarded-for'],
      this.parts.trustedProxies,
    );
    let caller: Caller = { ...NOBODY, address, requestId: request.id };
    const traceparent = currentTraceparent() ?? request.headers[TRACEPARENT];
    if (parseTraceparent(traceparent) !== undefined)
      caller = { ...caller, traceparent: traceparent as string };
    let answer: EndpointAnswer;
    try {
      const patience = OUTCOME_COUNTS.includes(operation) ? 2 : 1;
      answer = await withinLimit(this.parts.timeoutMs, patience, async (signal) => {
        const known = await this.identify(route, request);
        if (known !== undefined)
          caller = { ...caller, name: known.principal.name, subjectId: known.principal.subjectId };
        signal.throwIfAborted();
        return this.handle(operation, route, request, caller, known, signal);
      });
    } catch (error) {
      answer = this.refusal(error, operation, request);
    }
    if (isWrittenDown(operation, route, answer)) await this.writeDown(operation, request, caller, answer);
    this.parts.onAnswer?.(operation, answer.status, (performance.now() - started) / 1000);
    return answer;
  }

  private async identify(route: Route, request: EndpointRequest): Promise<Known | undefined> {
    if (route.permission.kind === 'public') return undefined;
    const claims = await this.parts.verifier.verifyHeader(single(request.headers['authorization']));
    const principal = await this.parts.principals.of(claims);
    this.parts.rateLimit.take(principal.subjectId);
    return { principal, claims };
  }

  private async handle(
    operation: OperationId,
    route: Route,
    request: EndpointRequest,
    caller: Caller,
    known: Known | undefined,
    signal: AbortSignal,
  ): Promise<EndpointAnswer> {
    const params = decodeParams(route, request.params) as Record<string, string>;
    refuseUnusable(request.query);
    const raw = readBody(route, request.bytes, request.contentType);
    const granted = await this.authorise(route, known?.principal, { params, query: request.query, raw });
    const query = decodeQuery(route, request.query);
    const decoded = decodeBody(route, raw);
    if (!decoded.ok) throw await this.badBody(operation, raw, decoded.issues, granted.workload);
    const { body } = decoded;
    const call: Call = {
      headers: request.headers,
      raw,
      get bodyHash() {
        return createHash('sha256')
          .update(request.bytes ?? '')
          .digest('base64url');
      },
      caller,
      signal,
      ...known,
      ...granted,
    };
    return (this.parts.handlers[operation] as AnyHandler)({ params, query, body }, call);
  }

  private async authorise(
    { permission }: Route,
    principal: Principal | undefined,
    named: Named,
  ): Promise<Granted> {
    if (permission.kind !== 'right' || principal === undefined) return {};
    return authorise(permission, principal, named, this.parts.places);
  }

  private async badBody(
    operation: OperationId,
    raw: unknown,
    issues: Parameters<typeof shapeViolations>[0],
    workload: ReadWorkload | undefined,
  ): Promise<HttpError> {
    const found = shapeViolations(issues);
    return badRequest([...found, ...(await this.parts.moreViolations(operation, raw, found, workload))]);
  }

  private refusal(error: unknown, operation: OperationId, request: EndpointRequest): EndpointAnswer {
    const refused = toHttpError(error);
    if (refused.status >= 500 && refused.status !== 501)
      this.parts.logger.error(
        { err: error, operation, requestId: request.id, status: refused.status },
        'request failed',
      );
    const body = operation === 'grant_token_v2' ? oauthBody(refused) : refused.body();
    return { status: refused.status, body, headers: refused.headers };
  }

  /** A change that failed is written down as well; the answer does not wait for it to succeed. */
  private async writeDown(
    operation: OperationId,
    request: EndpointRequest,
    caller: Caller,
    answer: EndpointAnswer,
  ): Promise<void> {
    const { status } = answer;
    const target = targetOf(request, answer);
    const at = new Date(this.parts.now()).toISOString();
    await this.parts
      .audit({ at, caller, operation, target, status })
      .catch((error: unknown) =>
        this.parts.logger.error({ err: error, operation }, 'the audit log could not be written'),
      );
  }
}

/** What a call was about: what its path names, or what was made, or the project that its query names. */
function targetOf({ params, query }: EndpointRequest, { body }: EndpointAnswer): string {
  const named = Object.values((params ?? {}) as object);
  const { id, uuid, meta } = (body ?? {}) as Partial<Record<'id' | 'uuid', unknown>> & {
    readonly meta?: { readonly id?: unknown; readonly projectId?: unknown };
  };
  const { projectId } = (query ?? {}) as { readonly projectId?: unknown };
  const parts =
    named.length > 0 ? named : [id ?? uuid ?? meta?.id ?? meta?.projectId ?? [projectId].flat().at(-1) ?? ''];
  return parts.join('/').replaceAll('\0', '').slice(0, 200);
}

const isWrittenDown = (operation: OperationId, route: Route, { status }: EndpointAnswer): boolean =>
  route.method !== 'GET' &&
  route.permission.kind !== 'public' &&
  (status >= 400 || !SELF_AUDITED.includes(operation));

/** Errors of the OAuth endpoint (RFC 6749 §5.2). */
const oauthBody = ({ status, message, details }: HttpError) => ({
  error: status < 500 ? 'invalid_request' : 'temporarily_unavailable',
  error_description: details ?? message,
});

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
