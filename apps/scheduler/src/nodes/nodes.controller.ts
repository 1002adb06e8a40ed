import { Controller, UseGuards } from '@nestjs/common';
import type { InternalAnswer } from '@tessera/contracts-internal';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { ClusterNodes } from './cluster-nodes';

/** The nodes of the cluster, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class NodesController {
  constructor(private readonly nodes: ClusterNodes) {}

  @Serves('nodes')
  all(): InternalAnswer<'nodes'>['body'] {
    return { nodes: this.nodes.reports() };
  }
}
