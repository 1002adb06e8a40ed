import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { Controller, Req, RequestMapping, RequestMethod, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ROUTES, type OperationId } from '@tessera/contracts-rest';
import type { Endpoint, EndpointAnswer } from './endpoint';

/** Property under which the server keeps the Content-Type that a client sent. */
export const SENT_TYPE = 'sentContentType';

/** OpenAPI path to router path; a literal colon is doubled, since one alone starts a parameter. */
export const routerPath = (path: string): string =>
  path.replaceAll(':', '::').replaceAll(/\{([^}]+)\}/g, ':$1');

/** One Nest controller per tag, its methods made from the route table: Nest sees routes and knows nothing else. */
export function controllersOf(endpoint: Endpoint): Type[] {
  const operations = Object.keys(ROUTES) as OperationId[];
  const tags = [...new Set(operations.map((operation) => ROUTES[operation].tag))];
  return tags.map((tag) =>
    controllerOf(
      tag,
      operations.filter((operation) => ROUTES[operation].tag === tag),
      endpoint,
    ),
  );
}

function controllerOf(tag: string, operations: readonly OperationId[], endpoint: Endpoint): Type {
  const controller = { [tag]: class {} }[tag] as Type;
  const prototype = controller.prototype as Record<string, unknown>;
  for (const operation of operations) {
    prototype[operation] = (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
      serve(endpoint, operation, request, reply);
    Req()(prototype, operation, 0);
    Res()(prototype, operation, 1);
    const { method, path } = ROUTES[operation];
    const descriptor = Object.getOwnPropertyDescriptor(prototype, operation);
    if (descriptor === undefined) throw new Error(`no method for ${operation}`);
    RequestMapping({ path: routerPath(path), method: RequestMethod[method] })(
      prototype,
      operation,
      descriptor,
    );
  }
  Controller()(controller);
  return controller;
}

async function serve(
  endpoint: Endpoint,
  operation: OperationId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const answer = await endpoint.serve(operation, {
    id: request.id,
    ip: request.ip,
    headers: request.headers,
    params: request.params,
    query: request.query,
    bytes: Buffer.isBuffer(request.body) ? request.body : undefined,
    contentType: (request as unknown as Record<string, string | undefined>)[SENT_TYPE],
  });
  send(reply, answer);
}

export function send(reply: FastifyReply, { status, body, headers }: EndpointAnswer): void {
  void reply.status(status);
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value);
  if (body === undefined) void reply.send();
  else if (typeof body === 'string') void reply.send(body);
  else if (body instanceof ReadableStream)
    void reply.type('text/plain; charset=utf-8').send(Readable.fromWeb(body as WebStream));
  else void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}
