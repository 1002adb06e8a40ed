import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenVerifier } from '@tessera/adapter-oidc';
import { measure, type MeasuringDependencies } from '@tessera/application-measuring';
import type { Scope } from '@tessera/domain-measurement';
import { answerOf } from '../answer';
import type { MetricsOfMetrics } from '../metrics';
import { metricsQuery, workloadIdOf, type QueryScope } from './query';
import { toHttpError } from './errors';

/** Dependencies of the controller; provided to Nest under {@link PARTS}. */
export interface ControllerDependencies {
  readonly dependencies: MeasuringDependencies;
  readonly verifier: TokenVerifier;
  readonly metrics: MetricsOfMetrics;
}
export const PARTS = Symbol('parts of the metrics controller');

type Params = Readonly<Record<string, string>>;

/** Measurements of a workload and of one of its pods, for the API. */
@Controller('internal/v1/namespaces/:namespace/workloads')
export class MetricsController {
  constructor(@Inject(PARTS) private readonly parts: ControllerDependencies) {}

  @Get(':workloadId/metrics')
  ofWorkload(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.serve('workload', request, reply);
  }

  @Get(':workloadId/pods/:podName/metrics')
  ofPod(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.serve('pod', request, reply);
  }

  private async serve(scope: QueryScope, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { metrics, verifier, dependencies: dependencies } = this.parts;
    const began = performance.now();
    let status = 500;
    try {
      await verifier.verifyHeader(request.headers.authorization);
      const asked = { scope: scopeOf(request.params as Params), ...metricsQuery(scope, request.query) };
      const answer = answerOf(await measure(dependencies, asked));
      status = answer.status;
      await reply.status(status).send(answer.body);
    } catch (error) {
      status = toHttpError(error).status;
      throw error;
    } finally {
      const seconds = (performance.now() - began) / 1000;
      metrics.requestSeconds.observe({ scope, status: String(status) }, seconds);
    }
  }
}

function scopeOf({ namespace = '', workloadId = '', podName }: Params): Scope {
  const workload = { workloadId: workloadIdOf(workloadId), namespace };
  return podName === undefined ? workload : { ...workload, pod: podName };
}
