import { setImmediate } from 'node:timers/promises';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  MAX_SIMULATED,
  simulate,
  simulatedReplicas,
  type Place,
  type SimulatedReplica,
} from '@tessera/application-reconciliation';
import { ApplyCommand } from '@tessera/contracts-events';
import type { Clock } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { answer, assertCluster, type ServiceVerifier } from './internal';

/** What the controller needs; given to Nest under {@link SIMULATION}. */
export interface SimulationDependencies {
  readonly verifier: ServiceVerifier;
  readonly clock: Clock;
  readonly clusterId: string;
  /** Placement on the cluster as it is now; undefined until that is known. */
  readonly place: () => Promise<Place | undefined>;
}
export const SIMULATION = Symbol('parts of the simulation');

/** Longest time for which a simulation keeps the process to itself, ms: the same one looks after all workloads. */
const SLICE_MS = 10;
/** Simulations that may wait for the one that goes on. */
const MOST_WAITING = 16;

const Question = z.object({ command: ApplyCommand, copies: z.number().int().min(1).max(1000) });

/** Where would it go? For the API, which has checked the request and the caller's rights. */
@Controller('internal/v1')
export class SimulationController {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(@Inject(SIMULATION) private readonly parts: SimulationDependencies) {}

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
    const replicas = simulatedReplicas(command, copies);
    if (replicas > MAX_SIMULATED)
      throw new HttpError(
        400,
        'The question is too large.',
        `${replicas} replicas of all copies together are more than ${MAX_SIMULATED}`,
      );
    return this.inTurn(async () => {
      const onCluster = await place();
      if (onCluster === undefined) throw new HttpError(503, 'The cluster is not known yet.');
      return inSlices(simulate(command, copies, onCluster, new Date(clock.now()).toISOString()));
    });
  }

  /** One simulation after the other: each has a model of the whole cluster. */
  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.waiting > MOST_WAITING) throw new HttpError(503, 'Too many placements are simulated already.');
    this.waiting += 1;
    const mine = this.last.then(run).finally(() => (this.waiting -= 1));
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

/** All that a generator gives, with a turn for everybody else whenever it has had its time. */
export async function inSlices<T>(steps: Iterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  let began = performance.now();
  for (const step of steps) {
    found.push(step);
    if (performance.now() - began < SLICE_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return found;
}
