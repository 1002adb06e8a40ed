import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import type { SimulatedReplica } from '@tessera/application-reconciliation';
import { ApplyCommand } from '@tessera/contracts-events';
import { assertServed, type ServedCluster } from '../http/served-cluster.guard';
import { body } from '../http/zod.pipe';
import { CONFIG } from '../settings/tokens';
import { Simulator } from './simulator';

const Question = z.object({ command: ApplyCommand, copies: z.number().int().min(1).max(1000) });
type Question = z.infer<typeof Question>;

/** Simulates a placement for the API, which has checked the request and the caller's rights. */
@Controller('internal/v1')
export class SimulationController {
  constructor(
    private readonly simulator: Simulator,
    @Inject(CONFIG) private readonly config: ServedCluster,
  ) {}

  @Post('placement::simulate')
  @HttpCode(200)
  async simulate(
    @Body(body(Question)) { command, copies }: Question,
  ): Promise<{ readonly replicas: readonly SimulatedReplica[] }> {
    assertServed(command.clusterId, this.config);
    return { replicas: await this.simulator.decide(command, copies) };
  }
}
