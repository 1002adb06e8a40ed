import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { isTrustedProxy, type TrustedProxies } from '@tessera/platform-http';
import type { GatewayMetrics } from '../metrics';
import { parseRoute, type Route } from '../routing/route';
import type { RoutingTable } from '../routing/routing-table';
import type { Backend, Workload } from '../routing/workload';
import {
  answerError,
  badUpstream,
  noRoute,
  notServed,
  stillBlind,
  unknownWorkload,
  whyNotServed,
} from './answers';
import { attempt, type AttemptEnd, type Call } from './attempt';
import type { Complaints } from './complaints';
import type { OwnIssuers } from './credentials';
import { requestHeaders } from './headers';
import { ambiguity } from './request-line';
import type { Upstreams } from './upstreams';

export interface ProxyDependencies {
  readonly table: RoutingTable;
  readonly upstreams: Upstreams;
  readonly metrics: GatewayMetrics;
  readonly complaints: Complaints;
  /** Issuers whose tokens are never forwarded. */
  readonly issuers: OwnIssuers;
  /** Proxies whose `x-forwarded-*` is trusted. */
  readonly trusted: TrustedProxies;
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
  /** Why the replicas are not known yet; undefined when they are. */
  readonly notReady: () => string | undefined;
}

/** Status code that counts requests whose client disconnected first. */
export const CLIENT_LEFT = 499;
/** Methods that may be sent again after a connection broke (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Forwards a request to a replica of its workload and the response back; waits where no replica is ready yet. */
export class Proxy {
  constructor(private readonly parts: ProxyDependencies) {}

  /** Answers the request in every case. `body` is undefined where the request has none. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<void> {
    const target = this.resolve(request, response);
    if (target === undefined) return;
    const { route, workload } = target;
    const backend = workload.pick() ?? (await this.hold(workload, response));
    if (backend === undefined) return;
    const headers = this.headersFor(request, route);
    await this.deliver(
      workload,
      backend,
      { method: request.method ?? 'GET', path: route.path, headers, body },
      response,
    );
  }

  /** The headers of a request for a replica. */
  headersFor(request: IncomingMessage, { project, workload }: Route): string[] {
    const { remoteAddress = 'unknown' } = request.socket;
    const trusted = isTrustedProxy(remoteAddress, this.parts.trusted);
    const origin = { remoteAddress, trusted, prefix: `/${project}/${workload}` };
    return requestHeaders(request, origin, this.parts.issuers);
  }

  /** The replica sent no response that can be forwarded; the client gets no further detail. */
  failed(backend: Backend, workload: Workload, error: Error, response: ServerResponse): number {
    const { code } = error as NodeJS.ErrnoException;
    this.parts.complaints.say(workload, `${code ?? 'error'}: ${error.message}`, backend.replica.pod);
    const told = badUpstream(error);
    answerError(response, told);
    return told.status;
  }

  /** The workload that the path names; writes the error and returns undefined where there is none. */
  resolve(
    request: IncomingMessage,
    response: ServerResponse,
  ): { readonly route: Route; readonly workload: Workload } | undefined {
    const refused = ambiguity(request);
    const route = refused === undefined ? parseRoute(request.url ?? '/') : undefined;
    const workload = route && this.parts.table.find(route.project, route.workload);
    if (route !== undefined && workload !== undefined) return { route, workload };
    const unknown = this.parts.notReady() === undefined ? unknownWorkload() : stillBlind();
    const error = refused ?? (route === undefined ? noRoute() : unknown);
    this.parts.metrics.unrouted(error.status);
    answerError(response, error);
    return undefined;
  }

  /** Waits for a ready replica; writes a 503 and returns undefined when none became ready. */
  async hold(workload: Workload, response: ServerResponse): Promise<Backend | undefined> {
    const { holdMs, metrics, now } = this.parts;
    const began = now();
    const left = new AbortController();
    const leave = (): void => left.abort();
    response.once('close', leave);
    let end = await workload.waiting.wait(holdMs, left.signal);
    let backend = workload.pick();
    while (end === 'ready' && backend === undefined) {
      end = await workload.waiting.wait(Math.max(0, began + holdMs - now()), left.signal);
      backend = workload.pick();
    }
    response.off('close', leave);
    metrics.held(workload, (now() - began) / 1000);
    if (end === 'ready') return backend;
    metrics.refused(workload, end === 'left' ? CLIENT_LEFT : 503);
    if (end !== 'left') this.parts.complaints.say(workload, whyNotServed(workload, end));
    answerError(response, notServed(end));
    return undefined;
  }

  private async deliver(
    workload: Workload,
    first: Backend,
    call: Call,
    response: ServerResponse,
  ): Promise<void> {
    const began = this.parts.now();
    let backend = first;
    let end = await this.tryOn(backend, call, response);
    const second = secondChoice(workload, backend, call, end);
    if (second !== undefined && !response.destroyed) {
      backend = second;
      end = await this.tryOn(backend, call, response);
    }
    const code = this.codeOf(end, backend, workload, response);
    this.parts.metrics.served(backend.replica, code, (this.parts.now() - began) / 1000);
  }

  private codeOf(end: AttemptEnd, backend: Backend, workload: Workload, response: ServerResponse): number {
    if (end.kind === 'answered') return end.status;
    return end.kind === 'left' ? CLIENT_LEFT : this.failed(backend, workload, end.error, response);
  }

  private async tryOn(backend: Backend, call: Call, response: ServerResponse): Promise<AttemptEnd> {
    const { address = '' } = backend.replica;
    backend.inFlight += 1;
    try {
      return await attempt(this.parts.upstreams.get(address), call, response);
    } finally {
      backend.inFlight -= 1;
    }
  }
}

/** The replica for the next attempt: another one, where the request cannot have been executed. */
function secondChoice(workload: Workload, first: Backend, call: Call, end: AttemptEnd): Backend | undefined {
  if (end.kind === 'unsent') return workload.pick([first]);
  if (end.kind !== 'failed' || call.body !== undefined || !IDEMPOTENT.has(call.method)) return undefined;
  const { code } = end.error as NodeJS.ErrnoException;
  // A keep-alive connection that the replica closed just now; the same replica may be tried again.
  const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return closed ? (workload.pick([first]) ?? first) : undefined;
}
