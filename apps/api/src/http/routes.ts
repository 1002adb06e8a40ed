import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ROUTES, SMALL_BODY, type OperationId, type Route } from '@tessera/contracts-rest';
import { isTracing, rootSpan, TRACEPARENT } from '@tessera/platform-telemetry';
import type { Addresses } from './addresses';
import type { Endpoint, EndpointAnswer } from './endpoint';
import { JsonText } from './json-text';

/** Property under which the server stores the Content-Type that a client sent. */
export const SENT_TYPE = 'sentContentType';

/** OpenAPI path to router path; a literal colon is doubled, since a single one starts a parameter. */
export const routerPath = (path: string): string =>
  path.replaceAll(':', '::').replaceAll(/\{([^{}]+)\}/g, ':$1');

/**
 * Mounts every route of the table on Fastify directly: a Nest controller in between would add nothing to the endpoint
 * but latency per request.
 */
export function mountRoutes(host: FastifyInstance, endpoint: Endpoint, bodyLimit: number): void {
  for (const operation of Object.keys(ROUTES) as OperationId[]) {
    const { method, path, cost }: Route = ROUTES[operation];
    host.route({
      method,
      bodyLimit: Math.min(bodyLimit, cost.bodyBytes ?? SMALL_BODY.bodyBytes),
      url: routerPath(path),
      handler: (request, reply) => {
        const served = isTracing()
          ? serveTraced(endpoint, operation, request, reply)
          : serve(endpoint, operation, request, reply);
        served.catch((error: unknown) => void reply.send(error));
      },
    });
  }
}

/**
 * Where the name of one address would match the id of another, a wrong method is still 405: GET of
 * `/workloads/inferences` does not ask for a workload with the id `inferences`.
 */
export function mountWrongMethods(host: FastifyInstance, addresses: Addresses): void {
  const routes: readonly Route[] = Object.values(ROUTES);
  const taken = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  for (const { path } of routes)
    for (const { method, path: other } of routes) {
      if (taken.has(`${method} ${path}`) || !covers(other, path)) continue;
      taken.add(`${method} ${path}`);
      host.route({
        method,
        url: routerPath(path),
        handler: (request, reply) => {
          const refused = addresses.refusal(request.method, request.url);
          send(reply, { status: refused.status, body: refused.body(), headers: refused.headers });
        },
      });
    }
}

/** Whether the first path, as a pattern, matches the second one as it is written. */
const covers = (path: string, other: string): boolean =>
  path !== other && new RegExp(`^${path.replaceAll(/\{[^{}]+\}/g, '[^/]+')}$`).test(other);

async function serve(
  endpoint: Endpoint,
  operation: OperationId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<number> {
  const answer = await endpoint.serve(operation, {
    id: request.id,
    remoteAddress: request.socket.remoteAddress,
    headers: request.headers,
    params: request.params,
    query: request.query,
    bytes: Buffer.isBuffer(request.body) ? request.body : undefined,
    isHead: request.method === 'HEAD',
    contentType: (request as unknown as Record<string, string | undefined>)[SENT_TYPE],
  });
  send(reply, answer);
  return answer.status;
}

/** Runs the call in a span that starts a trace or continues the caller's; the response names the trace. */
function serveTraced(
  endpoint: Endpoint,
  operation: OperationId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { method, path } = ROUTES[operation];
  const attributes = {
    'http.request.method': method,
    'http.route': path,
    'url.path': request.url.split('?', 1)[0],
    'tessera.operation': operation,
    'tessera.request.id': request.id,
  };
  const details = { kind: 'server', attributes } as const;
  return rootSpan(`${method} ${path}`, request.headers[TRACEPARENT], details, async (span) => {
    if (span !== undefined) void reply.header('x-trace-id', span.traceId);
    const status = await serve(endpoint, operation, request, reply);
    span?.set({ 'http.response.status_code': status });
    if (status >= 500) span?.fail(`answered ${status}`);
  });
}

export function send(reply: FastifyReply, { status, body, headers }: EndpointAnswer): void {
  void reply.status(status);
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value);
  if (body === undefined) void reply.send();
  else if (typeof body === 'string') void reply.send(body);
  else if (body instanceof ReadableStream) {
    // Nothing would read the stream, and its source would stay open.
    if (reply.request.method === 'HEAD' || reply.raw.destroyed) {
      void body.cancel();
      void reply.send();
      return;
    }
    if (!reply.hasHeader('content-type')) void reply.type('text/plain; charset=utf-8');
    void reply.send(Readable.fromWeb(body as WebStream));
    // The stream may be silent for hours; send the headers at once so that the client knows it is connected.
    setImmediate(() => reply.raw.flushHeaders());
  } else {
    const text = body instanceof JsonText ? body.text : JSON.stringify(body);
    void reply.header('content-type', 'application/json; charset=utf-8').send(text);
  }
}
