import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { ROUTES, SMALL_BODY, type Route } from '@tessera/contracts-rest';
import { contained } from '@tessera/platform-http';
import { callOfReply } from './active-call';
import { answerBroken } from './broken-request';
import type { AnyAnswer } from './call';
import { toHttpError } from './filters/errors';
import { operationOf } from './operation';
import type { OperationHandler, OperationRunner } from './operation-runner';
import { routerPath } from '@tessera/platform-http';
import { send } from './send';

/** What Nest adds routes to. */
type Routes = ReturnType<FastifyAdapter['get']>;

/** Time for a client to send its whole request, ms. */
const RECEIVE_LIMIT_MS = 30_000;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * Nest on Fastify, where a method bound by `@Operation` becomes a route with the path and body limit of the route table
 * and runs in the {@link OperationRunner}. Other methods become routes as Nest makes them.
 */
export class ApiAdapter extends FastifyAdapter {
  private runner: OperationRunner | undefined;
  private bodyLimit = 0;

  constructor() {
    super({
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
  }

  /** Says who runs operations, and the largest body of any of them, bytes. Called before Nest registers routes. */
  runOperations(runner: OperationRunner, bodyLimit: number): void {
    this.runner = runner;
    this.bodyLimit = bodyLimit;
  }

  /** The Fastify instance, for hooks and routes. */
  get fastify(): FastifyInstance {
    return this.instance as unknown as FastifyInstance;
  }

  override get(...args: unknown[]): Routes {
    return this.mount('GET', args) ?? super.get(...args);
  }

  override post(...args: unknown[]): Routes {
    return this.mount('POST', args) ?? super.post(...args);
  }

  override put(...args: unknown[]): Routes {
    return this.mount('PUT', args) ?? super.put(...args);
  }

  override patch(...args: unknown[]): Routes {
    return this.mount('PATCH', args) ?? super.patch(...args);
  }

  override delete(...args: unknown[]): Routes {
    return this.mount('DELETE', args) ?? super.delete(...args);
  }

  /** Every answer of a controller method leaves here; that of an operation through its runner. */
  override reply(response: never, body: unknown, statusCode?: number): never {
    const call = callOfReply(response);
    if (call === undefined || this.runner === undefined)
      return super.reply(response, body, statusCode) as never;
    return this.runner.answer(call, response, body as AnyAnswer) as never;
  }

  private mount(method: HTTPMethods, args: readonly unknown[]) {
    const handler = args.at(-1) as OperationHandler;
    const operation = operationOf(handler);
    if (operation === undefined) return undefined;
    const { runner } = this;
    if (runner === undefined) throw new Error(`no runner is registered for ${operation}: import HttpModule`);
    const { path, cost }: Route = ROUTES[operation];
    this.fastify.route({
      method,
      url: routerPath(path),
      bodyLimit: Math.min(this.bodyLimit, cost.bodyBytes ?? SMALL_BODY.bodyBytes),
      handler: (request, reply) => runner.run(operation, handler, request, reply),
    });
    return this.instance;
  }
}

const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
