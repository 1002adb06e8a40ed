import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { HttpError, isTrustedProxy, type TrustedProxies } from '@tessera/platform-http';
import type { Metering } from '../metering/metering';
import type { GatewayMetrics } from '../metrics';
import type { ModelBodies } from '../openai/body/model-bodies';
import type { ModelBody } from '../openai/body/model-body';
import { endpointOf } from '../openai/endpoint';
import { useModelErrors } from '../openai/errors';
import type { ModelApi } from '../openai/model-api';
import type { ModelRequest } from '../openai/model-request';
import { cookieAfter, type Affinity } from '../affinity/affinity';
import type { Preference } from '../affinity/preference';
import type { Caller } from '../access/caller';
import type { AccessDecision, AccessGuard } from '../access/access-guard';
import { withTimeLeft, isGrpc } from '../grpc/call';
import { guardedWorkload, servesGrpc, type Addresses, type Destination } from '../routing/addresses';
import type { RequestLimiter } from '../limits/request-limiter';
import type { RequestPermit } from '../limits/request-permit';
import { tokensExpected } from '../limits/token-estimate';
import type { Backend } from '../routing/backend';
import type { Workload } from '../routing/workload';
import type { Admission, Admitted } from './admission';
import { CLIENT_LEFT, answerError, answerTimeout, badUpstream, noGrpc, workloadsNotLoaded } from './answers';
import { responseMount, type Mount } from './confinement';
import { allowOrigin, isPreflight } from './cors';
import { canFallBack, isRepeatable, nextChoice } from './next-choice';
import { attempt, type AttemptEnd, type Call } from './attempt';
import type { FailureLog } from './failure-log';
import { pathWithoutOwnCredentials, type OwnIssuers } from './credentials';
import { requestHeaders, withheldOf } from './headers';
import { ambiguity, isInSequence } from './request-line';
import type { Upstreams } from '../upstream/upstreams';

export interface ProxyDependencies {
  readonly addresses: Addresses;
  readonly upstreams: Upstreams;
  readonly metering: Metering;
  readonly metrics: GatewayMetrics;
  readonly failureLog: FailureLog;
  /** Issuers whose tokens are never forwarded. */
  readonly issuers: OwnIssuers;
  /** Proxies whose `x-forwarded-*` is trusted. */
  readonly trusted: TrustedProxies;
  readonly admission: Admission;
  readonly affinity: Affinity;
  readonly bodies: ModelBodies;
  readonly models: ModelApi;
  readonly accessGuard: AccessGuard;
  readonly limiter: RequestLimiter;
  /** Origins whose pages may read responses. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Projects whose workloads may receive the tokens of their callers; `*` for all. */
  readonly tokenProjects: ReadonlySet<string>;
  /** The listener is for callers outside the cluster. */
  readonly published: boolean;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
  /** Why workloads and replicas are not loaded yet; undefined when they are. */
  readonly notReady: () => string | undefined;
}

/** The existing workload that a request goes to, and its caller. */
export interface Target extends Destination {
  readonly workload: Workload;
  readonly caller: Caller | undefined;
}

/** A request with one workload that may serve it. */
interface RoutedRequest {
  readonly target: Target;
  /** Absent where the limits were not checked yet. */
  readonly permit?: RequestPermit;
  readonly model: ModelBody | undefined;
  readonly body?: Readable | undefined;
  /** Longest wait for a replica, ms. */
  readonly waitMs?: number | undefined;
}

interface ServeOptions {
  /** The gateway handles CORS for the request. */
  readonly cors: boolean;
  /** A fallback workload gets the request where this one cannot serve it. */
  readonly hasFallback: boolean;
  /** When the request arrived: its deadline covers the reading of its body and all workloads that are tried. */
  readonly startedAt: number;
}

/**
 * Forwards requests to replicas of their workloads and the responses back; holds requests while no replica is ready.
 */
export class Proxy {
  /**
   * Connections on which an ambiguous request arrived: the following requests may be part of its body (request
   * smuggling). Node still emits those that have arrived; they get no response, and the connection is closed.
   */
  private readonly distrusted = new WeakSet<Socket>();

  constructor(private readonly dependencies: ProxyDependencies) {}

  /** Serves the request or closes its connection. `body` is undefined where the request has none. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<void> {
    const startedAt = this.dependencies.now();
    const byModel =
      !this.dependencies.addresses.isExposed(request) && this.dependencies.models.serves(request);
    if (byModel || endpointOf(request.url ?? '/') !== undefined) useModelErrors(response);
    if (this.rejects(request, response)) return;
    const allowed = allowOrigin(this.dependencies.corsOrigins, request, response);
    if (allowed === 'answered') return;
    const cors = allowed === 'allowed';
    const found = byModel
      ? await this.byModel(request, response, body)
      : await this.byName(request, response, body);
    for (const [index, one] of found.entries()) {
      const hasFallback = index < found.length - 1;
      if (await this.serve(request, response, one, { cors, hasFallback, startedAt })) return;
    }
  }

  /** Rejects a request with an unknown value of `expect` (RFC 9110 §10.1.1). */
  refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
    if (this.rejects(request, response)) return;
    this.refuse(response, new HttpError(417, 'The only supported Expect value is "100-continue"'));
  }

  /** The workload that host or path address; writes the error and returns nothing where there is none. */
  private async byName(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<readonly RoutedRequest[]> {
    const resolved = this.find(request, response);
    const target = resolved instanceof Promise ? await resolved : resolved;
    if (target === undefined) return [];
    const { workload, path } = target;
    const permit = this.dependencies.limiter.acquire(request, response, target, isPreflight(request));
    if (permit === undefined) return [];
    const stopTimeout = answerTimeout(permit, request, response);
    const { caller } = permit.requester;
    const model = await this.dependencies.bodies.read(request, response, body, path, 'what-fits', caller);
    stopTimeout();
    if (permit.deadline?.signal.aborted === true) {
      this.dependencies.metrics.refused(workload, permit.deadline.error.status, 'late');
      return [];
    }
    if (model !== 'left') return [{ target, permit, model, body }];
    this.dependencies.metrics.unrouted(CLIENT_LEFT);
    return [];
  }

  /** The workloads for the model in the body, in the order to try them; writes the error where there is none. */
  private async byModel(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<readonly RoutedRequest[]> {
    const { models, metrics } = this.dependencies;
    const call = await models.route(request, response, body);
    if (call instanceof HttpError) this.refuse(response, call);
    else if (call === 'left') metrics.unrouted(CLIENT_LEFT);
    else if (call === 'answered') metrics.unrouted(200);
    else {
      const { url: path = '/', headers } = request;
      const mount = { prefix: '', host: headers.host ?? '', shared: true };
      return call.choices.map(({ workload, body: model, waitMs }) => ({
        target: { workload, path, mount, caller: call.caller },
        model,
        waitMs,
      }));
    }
    return [];
  }

  /** Serves the request; false where the workload could not and the fallback is to be tried. */
  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    { target, permit: entered, model, body, waitMs }: RoutedRequest,
    { cors, hasFallback, startedAt }: ServeOptions,
  ): Promise<boolean> {
    const { workload, path, mount, port } = target;
    const { admission, limiter, metering } = this.dependencies;
    const quiet = isPreflight(request);
    const permit = entered ?? limiter.acquire(request, response, target, quiet, startedAt);
    if (permit === undefined) return true;
    if (permit.limitsTokens && model !== undefined) {
      const tokens = tokensExpected(model.request, Number(request.headers['content-length'] ?? 0));
      if (!limiter.takeTokens(permit, tokens, workload, response)) return true;
    }
    const headers = this.headersFor(request, target);
    const preference = this.preferenceOf(request, target, model?.request);
    const options = { quiet, waitMs, hasFallback, preference };
    const entry = admission.admit(workload, path, response, permit, options);
    const admitted = entry instanceof Promise ? await entry : entry;
    if (admitted === undefined) {
      const fallsBack = hasFallback && !response.headersSent && !response.destroyed;
      if (fallsBack) permit.refund(response);
      return !fallsBack;
    }
    const metered = model && metering.begin(model, headers);
    const call: Call = {
      method: request.method ?? 'GET',
      path: this.pathFor(request, target),
      port,
      headers: metered?.headers ?? model?.sized(headers) ?? withTimeLeft(headers, permit.deadline),
      body: (metered?.body ?? model)?.payload() ?? body,
      tap: metered?.meter,
      onEnd: (replica, answered) =>
        metering.ended({
          workload,
          caller: target.caller,
          permit,
          replica,
          answered,
          counted: admitted.counted,
          model: model?.request,
          meter: metered?.meter,
        }),
      mount: responseMount(mount, cors, permit.rateLimitHeaders),
      model: model?.request,
      deadlineSignal: permit.deadline?.signal,
      // A body that was not read as a whole cannot be sent a second time.
      hasFallback: hasFallback && model?.isWhole === true,
    };
    const isAnswered = await this.deliver(admitted, call, response, hasFallback, permit);
    if (!isAnswered) permit.refund(response);
    return isAnswered;
  }

  /** Which replica suits the request; undefined where any does. `model`: for requests to a model endpoint. */
  preferenceOf(
    { headers, socket }: IncomingMessage,
    { workload, caller, mount }: Target,
    model?: ModelRequest,
  ): Preference | undefined {
    const { affinity, trusted } = this.dependencies;
    const client =
      workload.usesSessionCookie && mount.shared !== true
        ? { prefix: mount.prefix, secure: isSecure(headers, socket, trusted) }
        : undefined;
    return affinity.of(headers, workload, caller, model, client);
  }

  /** Path and query of a request for a replica. */
  pathFor({ headers }: Pick<IncomingMessage, 'headers'>, { path, caller }: Target): string {
    return pathWithoutOwnCredentials(path, withheldOf(headers, caller, this.dependencies.issuers));
  }

  /** The headers of a request for a replica. */
  headersFor(request: IncomingMessage, { workload, mount, caller }: Target): string[] {
    const { remoteAddress = 'unknown' } = request.socket;
    const trusted = isTrustedProxy(remoteAddress, this.dependencies.trusted);
    const { tokenProjects } = this.dependencies;
    const allowed = tokenProjects.has('*') || tokenProjects.has(workload.project);
    const forwardsToken = allowed && workload.wantsToken;
    const scheme = 'encrypted' in request.socket && request.socket.encrypted === true ? 'https' : 'http';
    const origin = { remoteAddress, scheme, trusted, prefix: mount.prefix, caller, forwardsToken } as const;
    return requestHeaders(request, origin, this.dependencies.issuers);
  }

  /** Logs that the replica sent no response that can be forwarded, and responds without details; returns the status. */
  failed(backend: Backend, workload: Workload, error: Error, response: ServerResponse | undefined): number {
    const { code } = error as NodeJS.ErrnoException;
    this.dependencies.failureLog.report(
      workload,
      `${code ?? 'error'}: ${error.message}`,
      backend.replica.pod,
    );
    const answer = badUpstream(error);
    if (response !== undefined) answerError(response, answer);
    return answer.status;
  }

  /**
   * The workload that the request addresses and its caller may call; writes the error and returns undefined where there
   * is none. Does not wake a workload.
   */
  resolve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Target | undefined | Promise<Target | undefined> {
    return this.rejects(request, response) ? undefined : this.find(request, response);
  }

  /** Whether the request is rejected: it is ambiguous, or follows an ambiguous one on its connection. */
  private rejects(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.distrusted.has(request.socket)) return true;
    const error = ambiguity(request);
    if (error === undefined) return false;
    if (isInSequence(request)) {
      this.distrusted.add(request.socket);
      response.shouldKeepAlive = false;
    }
    this.refuse(response, error);
    return true;
  }

  private find(
    request: IncomingMessage,
    response: ServerResponse,
  ): Target | undefined | Promise<Target | undefined> {
    const { addresses, accessGuard, notReady, published } = this.dependencies;
    const destination = addresses.destinationOf(request);
    if (destination instanceof HttpError) return this.refuse(response, destination);
    const { workload } = destination;
    const decided = accessGuard.authorize(guardedWorkload(destination), request.headers, published);
    const targetFor = (decision: AccessDecision): Target | undefined => {
      // Until all workloads are loaded, an unknown name may be that of a public one.
      if (decision.denied !== undefined)
        return this.refuse(response, notReady() === undefined ? decision.denied : workloadsNotLoaded());
      if (isGrpc(request.headers) && !servesGrpc(destination)) return this.refuse(response, noGrpc());
      return workload && { ...destination, workload, caller: decision.caller };
    };
    return decided instanceof Promise ? decided.then(targetFor) : targetFor(decided);
  }

  private refuse(response: ServerResponse, error: HttpError): undefined {
    this.dependencies.metrics.unrouted(error.status);
    answerError(response, error);
    return undefined;
  }

  /** Sends the call to the admitted replica, then to others where that is safe; false to try the fallback. */
  private async deliver(
    admitted: Admitted,
    call: Call,
    response: ServerResponse,
    hasFallback: boolean,
    permit: RequestPermit,
  ): Promise<boolean> {
    const { now, admission, metrics } = this.dependencies;
    const { workload } = admitted;
    const began = now();
    const tried: Backend[] = [];
    let backend = admitted.backend;
    for (;;) {
      tried.push(backend);
      let end: AttemptEnd;
      try {
        end = await this.tryOn(admitted, backend, call, response);
      } finally {
        workload.release(backend);
      }
      const next = response.destroyed ? undefined : nextChoice(admitted, tried, call, end);
      if (next === undefined) {
        const fallsBack = hasFallback && !response.destroyed && canFallBack(call, end);
        if (!fallsBack && end.kind !== 'answered') permit.setHeaders(response);
        const code = this.codeOf(end, backend, workload, fallsBack ? undefined : response);
        metrics.served(backend.replica, code, (now() - began) / 1000);
        call.onEnd(backend.replica, end.kind === 'answered');
        admission.finish(admitted, backend, code);
        return !fallsBack;
      }
      backend = next;
    }
  }

  private codeOf(
    end: AttemptEnd,
    backend: Backend,
    workload: Workload,
    response: ServerResponse | undefined,
  ): number {
    if (end.kind === 'answered' || end.kind === 'refused') return end.status;
    return end.kind === 'left' ? CLIENT_LEFT : this.failed(backend, workload, end.error, response);
  }

  private tryOn(
    admitted: Admitted,
    backend: Backend,
    call: Call,
    response: ServerResponse,
  ): Promise<AttemptEnd> {
    const { upstreams, admission } = this.dependencies;
    const { address = '' } = backend.replica;
    const { port } = call;
    const http2 = servesGrpc({ workload: admitted.workload, port });
    const options = { port, http2, repeatable: isRepeatable(call) };
    const mount = mountWithCookie(backend, call.mount, admitted.preference);
    const mounted = mount === call.mount ? call : { ...call, mount };
    const onFirstByte = (): void => admission.firstByte(admitted, backend);
    return attempt(upstreams.get(address, options), mounted, response, onFirstByte);
  }
}

/** The mount for a response of the replica, with the session cookie where the client needs a new one. */
export function mountWithCookie(backend: Backend, mount: Mount, preference: Preference | undefined): Mount {
  const sessionCookie = cookieAfter(preference, backend);
  return sessionCookie === undefined ? mount : { ...mount, sessionCookie };
}

/** Whether the client uses TLS, to the gateway or to a trusted proxy. */
const isSecure = (headers: IncomingHttpHeaders, socket: Socket, trusted: TrustedProxies): boolean =>
  'encrypted' in socket ||
  (headers['x-forwarded-proto'] === 'https' && isTrustedProxy(socket.remoteAddress ?? '', trusted));
