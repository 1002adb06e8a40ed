import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TokenError, type TokenVerifier } from '@tessera/adapter-oidc';
import { simulate, type Place, type SimulatedReplica } from '@tessera/application-reconciliation';
import { ApplyCommand } from '@tessera/contracts-events';
import type { Clock } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';

/** What the controller needs; given to Nest under {@link SIMULATION}. */
export interface SimulationParts {
  readonly verifier: Pick<TokenVerifier, 'verifyHeader'>;
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
    try {
      await this.parts.verifier.verifyHeader(request.headers.authorization);
      await reply.send({ replicas: await this.answer(request.body) });
    } catch (error) {
      const refused = toHttpError(error);
      await reply.status(refused.status).send(refused.body());
    }
  }

  private async answer(body: unknown): Promise<readonly SimulatedReplica[]> {
    const { clock, clusterId, place } = this.parts;
    const question = Question.safeParse(body);
    if (!question.success)
      throw new HttpError(400, 'The question cannot be understood.', question.error.message);
    const { command, copies } = question.data;
    if (command.clusterId !== clusterId)
      throw new HttpError(404, `This scheduler serves the cluster ${clusterId}.`);
    const onCluster = await place();
    if (onCluster === undefined) throw new HttpError(503, 'The cluster is not known yet.');
    return simulate(command, copies, onCluster, new Date(clock.now()).toISOString());
  }
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError) return new HttpError(401, error.message);
  return new HttpError(500, 'Unexpected error.');
}
