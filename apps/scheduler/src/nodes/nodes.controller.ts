import { Controller, Query, UseGuards } from '@nestjs/common';
import { INTERNAL_ROUTES, type InternalAnswer, type NodesQuery } from '@tessera/contracts-internal';
import { query } from '@tessera/platform-http/nest';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { ClusterNodes } from './cluster-nodes';

/** The nodes of the cluster, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class NodesController {
  constructor(private readonly nodes: ClusterNodes) {}

  @Serves('nodes')
  page(@Query(query(INTERNAL_ROUTES.nodes.query)) asked: NodesQuery): InternalAnswer<'nodes'>['body'] {
    return this.nodes.page(asked);
  }
}
