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
import type { Clock } from '@tessera/kernel';
import { HttpError } from '@tessera/platform-http';
import { answer, assertCluster, type ServiceVerifier } from './internal';

/** Dependencies of the controller, provided to Nest under {@link SIMULATION}. */
export interface SimulationDependencies {
  readonly verifier: ServiceVerifier;
  readonly clock: Clock;
  readonly clusterId: string;
  /** Placement on the current cluster state; undefined until that is loaded. */
  readonly place: () => Promise<Place | undefined>;
}
export const SIMULATION = Symbol('parts of the simulation');

/** Longest time for which a simulation blocks the event loop, ms: the same process reconciles all workloads. */
const SLICE_MS = 10;
/** Maximum number of simulations that wait for the running one. */
const MOST_WAITING = 16;

const Question = z.object({ command: ApplyCommand, copies: z.number().int().min(1).max(1000) });

/** Simulates a placement for the API, which has checked the request and the caller's rights. */
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
    if (!question.success) throw new HttpError(400, 'The request body is invalid.', question.error.message);
    const { command, copies } = question.data;
    assertCluster(command.clusterId, clusterId);
    const replicas = simulatedReplicas(command, copies);
    if (replicas > MAX_SIMULATED)
      throw new HttpError(
        400,
        'The simulation is too large.',
        `all copies together have ${replicas} replicas; the maximum is ${MAX_SIMULATED}`,
      );
    return this.inTurn(async () => {
      const onCluster = await place();
      if (onCluster === undefined)
        throw new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');
      return inSlices(simulate(command, copies, onCluster, new Date(clock.now()).toISOString()));
    });
  }

  /** Runs one simulation at a time: each has a model of the whole cluster. */
  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.waiting > MOST_WAITING)
      throw new HttpError(503, 'Too many simulations are waiting; try again later.');
    this.waiting += 1;
    const mine = this.last.then(run).finally(() => (this.waiting -= 1));
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

/** Collects all values of a generator and yields to the event loop whenever its time slice is used up. */
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
