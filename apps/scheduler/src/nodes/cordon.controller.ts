import { Body, Controller, Param, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { KubernetesMigNodes } from '@tessera/adapter-kubernetes';
import { setCordon } from '@tessera/application-reconciliation';
import { INTERNAL_ROUTES, type InternalAnswer } from '@tessera/contracts-internal';
import { HttpError } from '@tessera/platform-http';
import { body } from '@tessera/platform-http/nest';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { ClusterNodes } from './cluster-nodes';

const { body: Request } = INTERNAL_ROUTES.cordon;

/** Whether a node takes new pods, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class CordonController {
  constructor(
    private readonly nodes: ClusterNodes,
    private readonly migNodes: KubernetesMigNodes,
  ) {}

  @Serves('cordon')
  async set(
    @Param('name') name: string,
    @Body(body(Request)) { cordoned }: z.infer<typeof Request>,
  ): Promise<InternalAnswer<'cordon'>['body']> {
    this.nodes.assertLoaded();
    const answer = await setCordon(this.migNodes, name, cordoned);
    switch (answer.kind) {
      case 'done':
        return { node: name, cordoned: answer.cordoned };
      case 'unknown-node':
        throw new HttpError(404, 'Resource id not found.', 'The cluster has no node of that name.');
      case 'refused':
        throw new HttpError(
          409,
          `The node cannot be ${cordoned ? 'cordoned' : 'uncordoned'} now.`,
          answer.message,
        );
    }
  }
}
