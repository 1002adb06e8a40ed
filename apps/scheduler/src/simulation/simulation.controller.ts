import { Body, Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import { INTERNAL_ROUTES, type InternalAnswer } from '@tessera/contracts-internal';
import { body } from '@tessera/platform-http/nest';
import { assertServed, type ServedCluster } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { CONFIG } from '../settings/tokens';
import { Simulator } from './simulator';

const { body: Simulation } = INTERNAL_ROUTES.simulatePlacement;

/** Simulates a placement for the API, which has checked the request and the caller's rights. */
@Controller()
export class SimulationController {
  constructor(
    private readonly simulator: Simulator,
    @Inject(CONFIG) private readonly config: ServedCluster,
  ) {}

  @Serves('simulatePlacement')
  async simulate(
    @Body(body(Simulation)) { command, copies }: z.infer<typeof Simulation>,
  ): Promise<InternalAnswer<'simulatePlacement'>['body']> {
    assertServed(command.clusterId, this.config);
    return { replicas: [...(await this.simulator.decide(command, copies))] };
  }
}
