import { Global, Inject, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { trustedProxies } from '@tessera/platform-http';
import type { ApiConfig } from '../config';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { IdentityModule } from '../identity/identity.module';
import { LimitsModule } from '../limits/limits.module';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, TRUSTED_PROXIES } from '../providers';
import { SENT_TYPE } from './active-call';
import { ApiAdapter } from './adapter';
import { Addresses } from './addresses';
import { ErrorFilter } from './filters/error-filter';
import { AuthenticationGuard } from './guards/authentication.guard';
import { PermissionGuard } from './guards/permission.guard';
import { RateLimitGuard } from './guards/rate-limit.guard';
import { AuditInterceptor } from './interceptors/audit.interceptor';
import { MetricsInterceptor } from './interceptors/metrics.interceptor';
import { OperationRunner } from './operation-runner';
import { BodyRules } from './pipes/body-rules';
import { receiveBody } from './receive-body';
import { securityHeaders } from './security-headers';
import { mountWrongMethods } from './wrong-methods';

/** How every operation is served: guards in this order, the zod pipe, interceptors, the error filter. */
@Global()
@Module({
  imports: [ControlPlaneModule, IdentityModule, LimitsModule, TelemetryModule],
  providers: [
    Addresses,
    AuditInterceptor,
    BodyRules,
    MetricsInterceptor,
    OperationRunner,
    {
      provide: TRUSTED_PROXIES,
      inject: [API_CONFIG],
      useFactory: ({ TESSERA_TRUSTED_PROXIES }: ApiConfig) => trustedProxies(TESSERA_TRUSTED_PROXIES),
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [BodyRules],
})
export class HttpModule implements NestModule, OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<ApiAdapter>,
    private readonly runner: OperationRunner,
    private readonly addresses: Addresses,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Nest calls this before it registers routes. */
  configure(): void {
    const { TESSERA_BODY_LIMIT_BYTES: bodyLimit, TESSERA_API_PUBLIC_URL: publicUrl } = this.config;
    const { httpAdapter } = this.host;
    const { fastify } = httpAdapter;
    httpAdapter.runOperations(this.runner, bodyLimit);
    acceptAnyBody(fastify, bodyLimit);
    this.addresses.listen(fastify);
    const headers = securityHeaders(publicUrl);
    fastify.addHook('onSend', (request, reply, payload, done) => {
      void reply.header('x-request-id', request.id);
      for (const [name, value] of headers) if (!reply.hasHeader(name)) void reply.header(name, value);
      done(null, payload);
    });
  }

  /** Nest has registered all routes by now. */
  onModuleInit(): void {
    this.addresses.stop();
    mountWrongMethods(this.host.httpAdapter.fastify, this.addresses);
  }
}

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
