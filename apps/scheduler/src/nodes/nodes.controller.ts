import { Controller, Get, UseGuards } from '@nestjs/common';
import type { NodeReport } from '@tessera/application-reconciliation';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { ClusterNodes } from './cluster-nodes';

/** The nodes of the cluster, for the API, which has checked the caller's rights. */
@Controller('internal/v1/clusters/:clusterId/nodes')
@UseGuards(ServedClusterGuard)
export class NodesController {
  constructor(private readonly nodes: ClusterNodes) {}

  @Get()
  all(): { readonly nodes: readonly NodeReport[] } {
    return { nodes: this.nodes.reports() };
  }
}
