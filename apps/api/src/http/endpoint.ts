import { createHash } from 'node:crypto';
import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import type { Caller, Principal, ReadWorkload } from '@tessera/application-control-plane';
import { TokenError, type TokenClaims, type TokenVerifier } from '@tessera/adapter-oidc';
import { clientAddress, HttpError, type TrustedProxies } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { currentTraceparent, parseTraceparent, TRACEPARENT } from '@tessera/platform-telemetry';
import type { Violation } from '@tessera/domain-workload';
import { addressKey } from '../limits/address-key';
import type { AuditTrail } from '../limits/audit-trail';
import type { RateLimit } from '../limits/rate-limit';
import { badRequest, shapeViolations } from '../wire/violations';
import { authorise, type Granted, type Named, type Places } from './authorise';
import type { Call, Handlers } from './call';
import { decodeBody, decodeParams, decodeQuery, readBody, refuseUnusable } from './decode';
import { toHttpError } from './errors';
import type { Principals } from './principals';
import { withinLimit } from './time-limit';

/** A request as the endpoint needs it, independent of the HTTP server. */
export interface EndpointRequest {
  readonly id: string;
  /** The peer of the connection: a client, or the last proxy before this process. */
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly query: unknown;
  readonly bytes: Buffer | undefined;
  readonly contentType: string | undefined;
  readonly isHead: boolean;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EndpointDependencies {
  readonly handlers: Handlers;
  readonly verifier: TokenVerifier;
  readonly principals: Principals;
  readonly places: Places;
  readonly rateLimit: RateLimit;
  /** Rate limit of calls with an invalid token, by address. */
  readonly refusedTokens: RateLimit;
  readonly trustedProxies: TrustedProxies;
  readonly audit: Pick<AuditTrail, 'record'>;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Rules beyond shape, for routes that report all violations of a body at once. */
  readonly onAnswer?: (operation: OperationId, status: number, seconds: number) => void;
  readonly moreViolations: (
    rules: Route['bodyRules'],
    raw: unknown,
    found: readonly Violation[],
    workload: ReadWorkload | undefined,
  ) => Promise<readonly Violation[]>;
}

/** The caller and the claims of its token. */
interface Known {
  readonly principal: Principal;
  readonly claims: TokenClaims;
}

const NOBODY = { name: '', subjectId: '' };
type AnyHandler = (input: unknown, call: Call) => Promise<EndpointAnswer>;

/** Serves every route in the same steps: authenticate, decode, authorise, handle, audit. */
export class Endpoint {
  constructor(private readonly parts: EndpointDependencies) {}

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
      const patience = route.awaitsOutcome ? 2 : 1;
      answer = await withinLimit(this.parts.timeoutMs, patience, async (signal) => {
        const known = await this.identify(route, request, address);
        if (known !== undefined)
          caller = { ...caller, name: known.principal.name, subjectId: known.principal.subjectId };
        signal.throwIfAborted();
        const handled = await this.handle(operation, route, request, caller, known, signal);
        // The time limit has passed and the client already got 503.
        if (signal.aborted && handled.body instanceof ReadableStream) void handled.body.cancel();
        return handled;
      });
    } catch (error) {
      answer = this.refusal(error, operation, route, request);
    }
    if (isWrittenDown(route, answer)) await this.writeDown(operation, request, caller, answer);
    this.parts.onAnswer?.(operation, answer.status, (performance.now() - started) / 1000);
    return answer;
  }

  /** A token that was verified is accepted whatever other calls came from its address. */
  private async identify(
    route: Route,
    request: EndpointRequest,
    address: string,
  ): Promise<Known | undefined> {
    if (route.permission.kind === 'public') return undefined;
    const { verifier, principals, rateLimit, refusedTokens } = this.parts;
    const header = single(request.headers['authorization']);
    const from = addressKey(address);
    if (!verifier.remembers(header)) refusedTokens.refuseEmpty(from);
    try {
      const claims = await verifier.verifyHeader(header);
      const principal = await principals.of(claims);
      rateLimit.take(principal.subjectId);
      return { principal, claims };
    } catch (error) {
      if (error instanceof TokenError) refusedTokens.spend(from);
      throw error;
    }
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
    const named = { params, query: request.query, raw };
    const granted = await this.authorise(route, known?.principal, named);
    const query = decodeQuery(route, request.query);
    const decoded = decodeBody(route, raw);
    if (!decoded.ok) throw await this.badBody(route, raw, decoded.issues, granted.workload);
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
      isHead: request.isHead,
      mayStill: () => this.mayStill(route, known, named),
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

  private async mayStill(route: Route, known: Known | undefined, named: Named): Promise<boolean> {
    try {
      await this.authorise(route, known && (await this.parts.principals.of(known.claims)), named);
      return true;
    } catch (error) {
      if (error instanceof TokenError || (error instanceof HttpError && error.status < 500)) return false;
      throw error;
    }
  }

  private async badBody(
    route: Route,
    raw: unknown,
    issues: Parameters<typeof shapeViolations>[0],
    workload: ReadWorkload | undefined,
  ): Promise<HttpError> {
    const found = shapeViolations(issues);
    return badRequest([...found, ...(await this.parts.moreViolations(route.bodyRules, raw, found, workload))]);
  }

  private refusal(
    error: unknown,
    operation: OperationId,
    route: Route,
    request: EndpointRequest,
  ): EndpointAnswer {
    const refused = toHttpError(error);
    if (refused.status >= 500 && refused.status !== 501)
      this.parts.logger.error(
        { err: error, operation, requestId: request.id, status: refused.status },
        'request failed',
      );
    const body = route.errorBody === 'oauth' ? oauthBody(refused) : refused.body();
    return { status: refused.status, body, headers: refused.headers };
  }

  /** Rejected changes are audited as well. */
  private async writeDown(
    operation: OperationId,
    request: EndpointRequest,
    caller: Caller,
    answer: EndpointAnswer,
  ): Promise<void> {
    const { status } = answer;
    const target = targetOf(request, answer);
    const at = new Date(this.parts.now()).toISOString();
    await this.parts.audit.record({ at, caller, operation, target, status });
  }
}

/** The target of a call: what its path names, what was created, or the project that its query names. */
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

/** Logins write their own entry, and so do changes that audit within their transaction, unless they were rejected. */
const isWrittenDown = ({ audited }: Route, { status }: EndpointAnswer): boolean =>
  audited === 'answer' || (audited === 'transaction' && status >= 400);

/** Errors of the OAuth endpoint (RFC 6749 §5.2). */
const oauthBody = ({ status, message, details }: HttpError) => ({
  error: status < 500 && status !== 429 ? 'invalid_request' : 'temporarily_unavailable',
  error_description: details ?? message,
});

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
