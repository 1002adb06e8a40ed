import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contained } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { Addresses } from './addresses';
import { answerBroken } from './broken-request';
import type { Endpoint } from './endpoint';
import { ErrorFilter } from './error-filter';
import { toHttpError } from './errors';
import { receiveBody } from './receive-body';
import { mountRoutes, mountWrongMethods, send, SENT_TYPE } from './routes';

export interface ServerOptions {
  readonly endpoint: Endpoint;
  readonly logger: Logger;
  readonly bodyLimit: number;
  /** The URL at which clients reach this server. */
  readonly publicUrl: string;
  /** Further plain routes: documents, keys, console files. */
  readonly mount: (host: FastifyInstance) => void;
  /** Called when the server begins to stop, before it waits for requests in flight. */
  readonly onClose: () => Promise<void>;
}

/** The routes come from the table and are mounted on Fastify; Nest provides the life cycle and the error filter. */
@Module({})
class ApiModule {}

/** Time for a client to send its whole request, ms. */
const RECEIVE_LIMIT_MS = 30_000;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

const SECURITY_HEADERS = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'self'; frame-ancestors 'none'"],
  // Responses hold what one caller may see, tokens and secrets among it.
  ['cache-control', 'no-store'],
] as const;
/** HSTS for a year, where clients connect by TLS. */
const TLS_ONLY = ['strict-transport-security', 'max-age=31536000'] as const;

/** Headers of every response that does not set its own. */
export const securityHeaders = (publicUrl: string): readonly (readonly [string, string])[] =>
  publicUrl.startsWith('https:') ? [...SECURITY_HEADERS, TLS_ONLY] : SECURITY_HEADERS;

/** The HTTP server: Nest on Fastify, ready to listen. */
export async function createServer(options: ServerOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    requestTimeout: RECEIVE_LIMIT_MS,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    genReqId: (request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }) =>
      requestId(request.headers['x-request-id']),
    clientErrorHandler: contained(answerBroken, (_error, _cause, socket) => socket.destroy()),
    frameworkErrors: (error: unknown, _request: FastifyRequest, reply: FastifyReply) => {
      const refused = toHttpError(error);
      send(reply, { status: refused.status, body: refused.body() });
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  const addresses = new Addresses();
  app.useGlobalFilters(new ErrorFilter(options.logger, addresses));
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  acceptAnyBody(fastify, options.bodyLimit);
  addresses.listen(fastify);
  const headers = securityHeaders(options.publicUrl);
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id);
    for (const [name, value] of headers) if (!reply.hasHeader(name)) void reply.header(name, value);
    done(null, payload);
  });
  fastify.addHook('preClose', () => options.onClose());
  options.mount(fastify);
  mountRoutes(fastify, options.endpoint, options.bodyLimit);
  addresses.stop();
  mountWrongMethods(fastify, addresses);
  await app.init();
  await fastify.ready();
  return app;
}

const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();

/**
 * Bodies arrive as bytes whatever the Content-Type, since clients send none, or JSON's without a body. The type that
 * was sent is stored for the one route that accepts a form.
 */
function acceptAnyBody(fastify: FastifyInstance, limit: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', ({ routeOptions }, payload, done) =>
    receiveBody(Math.min(limit, routeOptions.bodyLimit ?? limit), payload, done),
  );
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const sent = headers['content-type'];
    (request as unknown as Record<string, string | undefined>)[SENT_TYPE] = sent;
    if (sent !== undefined) headers['content-type'] = 'application/octet-stream';
    done();
  });
}
