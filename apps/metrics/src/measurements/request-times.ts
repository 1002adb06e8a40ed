import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { MetricsOfMetrics } from '../settings/metrics';
import { METRICS } from '../settings/tokens';
import { MEASUREMENTS_PATH } from './paths';

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
      if (!url.startsWith(`/${MEASUREMENTS_PATH}/`)) return;
      const labels = { scope: url.includes('/pods/') ? 'pod' : 'workload', status: String(reply.statusCode) };
      this.metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
    });
  }
}
