import { Controller } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import type { Input } from '@tessera/contracts-rest';
import type { Reply } from '../http/call';
import { Operation } from '../http/operation';
import { toNodeBody } from './node-body';

/** Nodes of a cluster, as its scheduler sees them. */
@Controller()
export class NodesController {
  constructor(private readonly scheduler: SchedulerClient) {}

  @Operation('get_nodes_of_cluster')
  async list({ params: { clusterId } }: Input<'get_nodes_of_cluster'>): Reply<'get_nodes_of_cluster'> {
    const nodes = await this.scheduler.nodes(clusterId);
    return { status: 200, body: { nodes: nodes.map((node) => toNodeBody(node, clusterId)) } };
  }
}
