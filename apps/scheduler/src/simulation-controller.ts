import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { simulate, type Place, type SimulatedReplica } from '@tessera/application-reconciliation';
import { ApplyCommand } from '@tessera/contracts-events';
import type { Clock } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { answer, assertCluster, type ServiceVerifier } from './internal';

/** What the controller needs; given to Nest under {@link SIMULATION}. */
export interface SimulationParts {
  readonly verifier: ServiceVerifier;
  readonly clock: Clock;
  readonly clusterId: string;
  /** Placement on the cluster as it is now; undefined until that is known. */
  readonly place: () => Promise<Place | undefined>;
}
export const SIMULATION = Symbol('parts of the simulation');

const Question = z.object({ command: ApplyCommand, copies: z.number().int().min(1).max(1000) });

/** Where would it go? For the API, which has checked the request and the caller's rights. */
@Controller('internal/v1')
export class SimulationController {
  constructor(@Inject(SIMULATION) private readonly parts: SimulationParts) {}

  @Post('placement::simulate')
  @HttpCode(200)
  async simulate(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await answer(this.parts.verifier, request, reply, async () => ({
      replicas: await this.decide(request.body),
    }));
  }

  private async decide(body: unknown): Promise<readonly SimulatedReplica[]> {
    const { clock, clusterId, place } = this.parts;
    const question = Question.safeParse(body);
    if (!question.success)
      throw new HttpError(400, 'The question cannot be understood.', question.error.message);
    const { command, copies } = question.data;
    assertCluster(command.clusterId, clusterId);
    const onCluster = await place();
    if (onCluster === undefined) throw new HttpError(503, 'The cluster is not known yet.');
    return simulate(command, copies, onCluster, new Date(clock.now()).toISOString());
  }
}
