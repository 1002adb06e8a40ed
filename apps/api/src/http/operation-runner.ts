import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ROUTES, type OperationId } from '@tessera/contracts-rest';
import { clientAddress, type HttpError, type TrustedProxies } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { isTracing, rootSpan, TRACEPARENT } from '@tessera/platform-telemetry';
import type { ApiConfig } from '../config';
import { API_CONFIG, LOGGER, TRUSTED_PROXIES } from '../providers';
import { ActiveCall, CALL } from './active-call';
import type { AnyAnswer } from './call';
import { toHttpError } from './filters/errors';
import { AuditInterceptor } from './interceptors/audit.interceptor';
import { MetricsInterceptor } from './interceptors/metrics.interceptor';
import { send } from './send';

/** Nest's handler of an operation: guards, pipes, controller method, exception filter. */
export type OperationHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * What happens around the guards, pipes and method of every operation: the time limit and the span begin before the
 * first guard, and every answer leaves through `answer`, whether a method, a guard, a pipe or the time limit made it.
 */
@Injectable()
export class OperationRunner {
  constructor(
    private readonly audit: AuditInterceptor,
    private readonly metrics: MetricsInterceptor,
    @Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'TESSERA_REQUEST_TIMEOUT_MS'>,
    @Inject(TRUSTED_PROXIES) private readonly trustedProxies: TrustedProxies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Runs the handler of an operation on a request whose body has arrived. */
  run(operation: OperationId, handler: OperationHandler, request: FastifyRequest, reply: FastifyReply): void {
    if (!isTracing()) return this.start(operation, handler, request, reply);
    this.traced(operation, handler, request, reply).catch((error: unknown) => void reply.send(error));
  }

  /** Sends the answer of a call once it is in the audit log. A late answer is discarded, its stream closed. */
  answer(call: ActiveCall, reply: FastifyReply, answer: AnyAnswer): Promise<void> | undefined {
    if (!call.close()) {
      if (answer.body instanceof ReadableStream) void answer.body.cancel();
      return undefined;
    }
    const written = this.audit.intercept(call, answer);
    if (written !== undefined) return written.then(() => this.finish(call, reply, answer));
    this.finish(call, reply, answer);
    return undefined;
  }

  /** Answers a call with an error in the error body of its route. */
  refuse(call: ActiveCall, reply: FastifyReply, error: unknown): void {
    const refused = toHttpError(error);
    const { operation, request, route } = call;
    const { status, headers } = refused;
    if (call.state === 'open' && status >= 500 && status !== 501)
      this.logger.error({ err: error, operation, requestId: request.id, status }, 'request failed');
    const body = route.errorBody === 'oauth' ? oauthBody(refused) : refused.body();
    void this.answer(call, reply, { status, body, headers });
  }

  private start(
    operation: OperationId,
    handler: OperationHandler,
    request: FastifyRequest,
    reply: FastifyReply,
    onAnswered?: (status: number) => void,
  ): void {
    const forwarded = request.headers['x-forwarded-for'];
    const address = clientAddress(request.socket.remoteAddress, forwarded, this.trustedProxies);
    const call = new ActiveCall(operation, request, address);
    call.onAnswered = onAnswered;
    (request as unknown as Record<string, ActiveCall>)[CALL] = call;
    call.limitTo(this.config.TESSERA_REQUEST_TIMEOUT_MS, (late) => this.refuse(call, reply, late));
    handler(request, reply).catch((error: unknown) => void reply.send(error));
  }

  /** Runs the call in a span that starts a trace or continues the caller's; the response names the trace. */
  private traced(
    operation: OperationId,
    handler: OperationHandler,
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
      const status = await new Promise<number>((resolve) =>
        this.start(operation, handler, request, reply, resolve),
      );
      span?.set({ 'http.response.status_code': status });
      if (status >= 500) span?.fail(`answered ${status}`);
    });
  }

  private finish(call: ActiveCall, reply: FastifyReply, answer: AnyAnswer): void {
    this.metrics.intercept(call, answer);
    try {
      send(reply, answer);
    } catch (error) {
      call.state = 'failed';
      void reply.send(error);
    }
    call.onAnswered?.(answer.status);
  }
}

/** Errors of the OAuth endpoint (RFC 6749 §5.2). */
const oauthBody = ({ status, message, details }: HttpError) => ({
  error: status < 500 && status !== 429 ? 'invalid_request' : 'temporarily_unavailable',
  error_description: details ?? message,
});
