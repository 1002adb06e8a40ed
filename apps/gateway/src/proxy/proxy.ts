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
import type { Doorkeeper, Verdict } from '../access/doorkeeper';
import { inTime, isGrpc } from '../grpc/call';
import { guarded, servesGrpc, type Addresses, type Named } from '../routing/addresses';
import type { Gate } from '../limits/gate';
import type { Passage } from '../limits/passage';
import { tokensExpected } from '../limits/token-estimate';
import type { Backend } from '../routing/backend';
import type { Workload } from '../routing/workload';
import type { Admission, Admitted } from './admission';
import { CLIENT_LEFT, answerError, answerLate, badUpstream, noGrpc, stillBlind } from './answers';
import { answeredAt, type Place } from './confinement';
import { allowOrigin, isPreflight } from './cors';
import { canPassOn, isRepeatable, nextChoice } from './next-choice';
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
  readonly doorkeeper: Doorkeeper;
  readonly gate: Gate;
  /** Origins whose pages may read responses. */
  readonly corsOrigins: ReadonlySet<string>;
  /** Projects whose workloads may ask for the tokens of their callers; `*` for all. */
  readonly tokenProjects: ReadonlySet<string>;
  /** The listener is for callers outside of the cluster. */
  readonly published: boolean;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
  /** Why the replicas are not known yet; undefined when they are. */
  readonly notReady: () => string | undefined;
}

/** Where a request goes, and whose it is. */
export interface Target extends Named {
  readonly workload: Workload;
  readonly caller: Caller | undefined;
}

/** A request as one workload would get it. */
interface Found {
  readonly target: Target;
  /** Absent where it has not passed its limits yet. */
  readonly passage?: Passage;
  readonly model: ModelBody | undefined;
  readonly body?: Readable | undefined;
  /** Longest wait for a replica, ms. */
  readonly waitMs?: number | undefined;
}

interface Manner {
  readonly cors: boolean;
  /** Another workload is asked where this one cannot answer. */
  readonly yields: boolean;
  /** When the request came: its time includes the reading of its body, and all workloads that are asked. */
  readonly startedAt: number;
}

/** Forwards a request to a replica of its workload and the response back; waits where no replica is ready yet. */
export class Proxy {
  /**
   * Connections on which an ambiguous request came: what its sender holds for the next requests may be part of its body.
   * Node hands those that arrived with it over all the same; they stay without answer, the connection ends.
   */
  private readonly distrusted = new WeakSet<Socket>();

  constructor(private readonly dependencies: ProxyDependencies) {}

  /** Answers the request, or its connection ends. `body` is undefined where the request has none. */
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
      const yields = index < found.length - 1;
      if (await this.serve(request, response, one, { cors, yields, startedAt })) return;
    }
  }

  /** Answers a request with an expectation that nobody meets (RFC 9110 §10.1.1). */
  refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
    if (this.rejects(request, response)) return;
    this.refuse(response, new HttpError(417, 'The only expectation that is met is "100-continue"'));
  }

  /** The workload that host or path name; the error is written where there is none. */
  private async byName(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<readonly Found[]> {
    const resolved = this.find(request, response);
    const target = resolved instanceof Promise ? await resolved : resolved;
    if (target === undefined) return [];
    const { workload, path } = target;
    const passage = this.dependencies.gate.enter(request, response, target, isPreflight(request));
    if (passage === undefined) return [];
    const arrived = answerLate(passage, request, response);
    const { caller } = passage.claim;
    const model = await this.dependencies.bodies.read(request, response, body, path, 'what-fits', caller);
    arrived();
    if (passage.deadline?.over.aborted === true) {
      this.dependencies.metrics.refused(workload, passage.deadline.error.status, 'late');
      return [];
    }
    if (model !== 'left') return [{ target, passage, model, body }];
    this.dependencies.metrics.unrouted(CLIENT_LEFT);
    return [];
  }

  /** The workloads that the model in the body stands for, in order; the error is written where there is none. */
  private async byModel(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<readonly Found[]> {
    const { models, metrics } = this.dependencies;
    const call = await models.route(request, response, body);
    if (call instanceof HttpError) this.refuse(response, call);
    else if (call === 'left') metrics.unrouted(CLIENT_LEFT);
    else if (call === 'answered') metrics.unrouted(200);
    else {
      const { url: path = '/', headers } = request;
      const place = { prefix: '', host: headers.host ?? '', shared: true };
      return call.choices.map(({ workload, body: model, waitMs }) => ({
        target: { workload, path, place, caller: call.caller },
        model,
        waitMs,
      }));
    }
    return [];
  }

  /** False where the workload could not answer, and another one is to be asked. */
  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    { target, passage: entered, model, body, waitMs }: Found,
    { cors, yields, startedAt }: Manner,
  ): Promise<boolean> {
    const { workload, path, place, port } = target;
    const { admission, gate, metering } = this.dependencies;
    const quiet = isPreflight(request);
    const passage = entered ?? gate.enter(request, response, target, quiet, startedAt);
    if (passage === undefined) return true;
    if (passage.limitsTokens && model !== undefined) {
      const tokens = tokensExpected(model.request, Number(request.headers['content-length'] ?? 0));
      if (!gate.takeTokens(passage, tokens, workload, response)) return true;
    }
    const headers = this.headersFor(request, target);
    const preference = this.preferenceOf(request, target, model?.request);
    const options = { quiet, waitMs, yields, preference };
    const entry = admission.admit(workload, path, response, passage, options);
    const admitted = entry instanceof Promise ? await entry : entry;
    if (admitted === undefined) {
      const isPassedOn = yields && !response.headersSent && !response.destroyed;
      if (isPassedOn) passage.passOn(response);
      return !isPassedOn;
    }
    const metered = model && metering.begin(model, headers);
    const call: Call = {
      method: request.method ?? 'GET',
      path: this.pathFor(request, target),
      port,
      headers: metered?.headers ?? model?.sized(headers) ?? inTime(headers, passage.deadline),
      body: (metered?.body ?? model)?.payload() ?? body,
      tap: metered?.meter,
      onEnd: (replica, answered) =>
        metering.ended({
          workload,
          caller: target.caller,
          passage,
          replica,
          answered,
          counted: admitted.counted,
          model: model?.request,
          meter: metered?.meter,
        }),
      place: answeredAt(place, cors, passage.rates),
      model: model?.request,
      over: passage.deadline?.over,
      // What was sent of a body that was not read whole cannot be sent again.
      yields: yields && model?.isWhole === true,
    };
    const isAnswered = await this.deliver(admitted, call, response, yields, passage);
    if (!isAnswered) passage.passOn(response);
    return isAnswered;
  }

  /** Which replica suits the request; undefined where any does. `model`: what it asks a model for, where it does. */
  preferenceOf(
    { headers, socket }: IncomingMessage,
    { workload, caller, place }: Target,
    model?: ModelRequest,
  ): Preference | undefined {
    const { affinity, trusted } = this.dependencies;
    const client =
      workload.usesSessionCookie && place.shared !== true
        ? { prefix: place.prefix, secure: isSecure(headers, socket, trusted) }
        : undefined;
    return affinity.of(headers, workload, caller, model, client);
  }

  /** Path and query of a request for a replica. */
  pathFor({ headers }: Pick<IncomingMessage, 'headers'>, { path, caller }: Target): string {
    return pathWithoutOwnCredentials(path, withheldOf(headers, caller, this.dependencies.issuers));
  }

  /** The headers of a request for a replica. */
  headersFor(request: IncomingMessage, { workload, place, caller }: Target): string[] {
    const { remoteAddress = 'unknown' } = request.socket;
    const trusted = isTrustedProxy(remoteAddress, this.dependencies.trusted);
    const { tokenProjects } = this.dependencies;
    const allowed = tokenProjects.has('*') || tokenProjects.has(workload.project);
    const forwardsToken = allowed && workload.wantsToken;
    const scheme = 'encrypted' in request.socket && request.socket.encrypted === true ? 'https' : 'http';
    const origin = { remoteAddress, scheme, trusted, prefix: place.prefix, caller, forwardsToken } as const;
    return requestHeaders(request, origin, this.dependencies.issuers);
  }

  /** The replica sent no response that can be forwarded; the client gets no further detail. */
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
   * The workload that the request names and its client may call; writes the error and gives undefined where there is
   * none. Wakes nothing.
   */
  resolve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Target | undefined | Promise<Target | undefined> {
    return this.rejects(request, response) ? undefined : this.find(request, response);
  }

  /** Whether the request is ambiguous, and answered so, or follows one on its connection, and stays without answer. */
  private rejects(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.distrusted.has(request.socket)) return true;
    const refused = ambiguity(request);
    if (refused === undefined) return false;
    if (isInSequence(request)) {
      this.distrusted.add(request.socket);
      response.shouldKeepAlive = false;
    }
    this.refuse(response, refused);
    return true;
  }

  private find(
    request: IncomingMessage,
    response: ServerResponse,
  ): Target | undefined | Promise<Target | undefined> {
    const { addresses, doorkeeper, notReady, published } = this.dependencies;
    const named = addresses.named(request);
    if (named instanceof HttpError) return this.refuse(response, named);
    const { workload } = named;
    const verdict = doorkeeper.judge(guarded(named), request.headers, published);
    const pass = (judged: Verdict): Target | undefined => {
      // While workloads are missing, an unknown name may be that of a public one.
      if (judged.refused !== undefined)
        return this.refuse(response, notReady() === undefined ? judged.refused : stillBlind());
      if (isGrpc(request.headers) && !servesGrpc(named)) return this.refuse(response, noGrpc());
      return workload && { ...named, workload, caller: judged.caller };
    };
    return verdict instanceof Promise ? verdict.then(pass) : pass(verdict);
  }

  private refuse(response: ServerResponse, error: HttpError): undefined {
    this.dependencies.metrics.unrouted(error.status);
    answerError(response, error);
    return undefined;
  }

  /** Every replica that refuses the connection is tried once. */
  private async deliver(
    admitted: Admitted,
    call: Call,
    response: ServerResponse,
    yields: boolean,
    passage: Passage,
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
        const isPassedOn = yields && !response.destroyed && canPassOn(call, end);
        if (!isPassedOn && end.kind !== 'answered') passage.state(response);
        const code = this.codeOf(end, backend, workload, isPassedOn ? undefined : response);
        metrics.served(backend.replica, code, (now() - began) / 1000);
        call.onEnd(backend.replica, end.kind === 'answered');
        admission.finish(admitted, backend, code);
        return !isPassedOn;
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
    const manner = { port, http2, repeatable: isRepeatable(call) };
    const place = placeAt(backend, call.place, admitted.preference);
    const placed = place === call.place ? call : { ...call, place };
    const onFirstByte = (): void => admission.firstByte(admitted, backend);
    return attempt(upstreams.get(address, manner), placed, response, onFirstByte);
  }
}

/** Where a response of the replica goes, with the cookie for its session where the client needs one. */
export function placeAt(backend: Backend, place: Place, preference: Preference | undefined): Place {
  const sessionCookie = cookieAfter(preference, backend);
  return sessionCookie === undefined ? place : { ...place, sessionCookie };
}

/** Whether the client came by TLS, here or at a trusted proxy. */
const isSecure = (headers: IncomingHttpHeaders, socket: Socket, trusted: TrustedProxies): boolean =>
  'encrypted' in socket ||
  (headers['x-forwarded-proto'] === 'https' && isTrustedProxy(socket.remoteAddress ?? '', trusted));
