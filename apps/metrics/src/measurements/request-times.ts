import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { INTERNAL_ROUTES } from '@tessera/contracts-internal';
import { routerPath } from '@tessera/platform-http';
import type { MetricsOfMetrics } from '../settings/metrics';
import { METRICS } from '../settings/tokens';

/** What a route measures, by its path. */
const SCOPES = new Map([
  [routerPath(INTERNAL_ROUTES.workloadMetrics.path), 'workload'],
  [routerPath(INTERNAL_ROUTES.podMetrics.path), 'pod'],
  [routerPath(INTERNAL_ROUTES.scopeMetrics.path), 'other'],
]);

/** Observes the time to the answer of every request for measurements, refused ones too. */
@Injectable()
export class RequestTimes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(METRICS) private readonly metrics: Pick<MetricsOfMetrics, 'requestSeconds'>,
  ) {}

  /** A hook of Fastify: interceptors of Nest do not see what a guard refuses. */
  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance();
    server.addHook('onSend', async ({ routeOptions: { url = '' } }, reply) => {
      const scope = SCOPES.get(url);
      if (scope === undefined) return;
      const labels = { scope, status: String(reply.statusCode) };
      this.metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
    });
  }
}
