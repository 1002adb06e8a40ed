import { Controller, Param, UseGuards } from '@nestjs/common';
import type { InternalAnswer } from '@tessera/contracts-internal';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { Simulator } from './simulator';

/** Explains the placement of a workload for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class ExplanationController {
  constructor(private readonly simulator: Simulator) {}

  @Serves('explainPlacement')
  explain(@Param('workloadId') workloadId: string): Promise<InternalAnswer<'explainPlacement'>['body']> {
    return this.simulator.explain(workloadId);
  }
}
