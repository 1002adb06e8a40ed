import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { measure, type MeasuringDependencies, type Scope } from '@tessera/application-measuring';
import type { MetricsResponse } from '@tessera/contracts-rest';
import { DecodePipe } from '@tessera/platform-http/nest';
import type { Logger } from '@tessera/platform-logging';
import { Serves } from '../http/serves';
import { LOGGER } from '../settings/tokens';
import { answerOf } from './answer';
import { metricsQuery, scopeOf, scopeQuery, type MetricsQuery } from './query';

/** Dependencies of the measurements (`MeasuringDependencies`). */
export const MEASURING = Symbol('dependencies of the measurements');

const scope = new DecodePipe(scopeOf);
const ofScope = new DecodePipe(scopeQuery);
const queryOf = (of: 'workload' | 'pod') => new DecodePipe((given) => metricsQuery(of, given));

/** Measurements of workloads, pods and all other scopes, for the API, which has checked the caller's rights. */
@Controller()
export class MeasurementsController {
  constructor(
    @Inject(MEASURING) private readonly dependencies: MeasuringDependencies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Serves('workloadMetrics')
  ofWorkload(
    @Param(scope) workload: Scope,
    @Query(queryOf('workload')) query: MetricsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MetricsResponse> {
    return this.measured({ scope: workload, ...query }, reply);
  }

  @Serves('podMetrics')
  ofPod(
    @Param(scope) pod: Scope,
    @Query(queryOf('pod')) query: MetricsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MetricsResponse> {
    return this.measured({ scope: pod, ...query }, reply);
  }

  @Serves('scopeMetrics')
  ofScope(
    @Body(ofScope) asked: MetricsQuery & { readonly scope: Scope },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MetricsResponse> {
    return this.measured(asked, reply);
  }

  private async measured(
    asked: MetricsQuery & { readonly scope: Scope },
    reply: FastifyReply,
  ): Promise<MetricsResponse> {
    const measured = await measure(this.dependencies, asked);
    // A 207 does not say what is missing; its reader finds it by the id of the request.
    for (const { type, error } of measured.failed)
      this.logger.warn({ requestId: reply.request.id, type, err: error }, 'metric type could not be read');
    for (const { type, warnings } of measured.warned)
      this.logger.warn({ requestId: reply.request.id, type, warnings }, 'metric type may be incomplete');
    const { status, body } = answerOf(measured);
    void reply.status(status);
    return body;
  }
}
