import { Controller, Inject } from '@nestjs/common';
import { MetricsClient, SchedulerClient } from '@tessera/adapter-services';
import { visibility, type NamedWorkload, type WorkloadReader } from '@tessera/application-control-plane';
import type { NodeReport } from '@tessera/contracts-internal';
import type { Input } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { CLOCK, WORKLOAD_READER } from '../providers';
import { readGpuUse } from './gpu-use';
import { toNodeBody } from './node-body';

/** Nodes of a cluster, as its scheduler sees them. */
@Controller()
export class NodesController {
  constructor(
    private readonly scheduler: SchedulerClient,
    private readonly metrics: MetricsClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WORKLOAD_READER) private readonly reader: WorkloadReader,
  ) {}

  @Operation('get_nodes_of_cluster')
  async list(
    { params: { clusterId }, query }: Input<'get_nodes_of_cluster'>,
    call: Call,
  ): Reply<'get_nodes_of_cluster'> {
    const [{ nodes, ...next }, useOf] = await Promise.all([
      this.scheduler.nodesPage(clusterId, {
        offset: query.offset,
        limit: query.limit,
        holders: query.holders,
      }),
      query.utilisation === true ? readGpuUse(this.metrics, clusterId, this.clock.now()) : undefined,
    ]);
    const workloads = await this.workloadsOn(nodes, call);
    return {
      status: 200,
      body: {
        nodes: nodes.map((node) => toNodeBody(node, clusterId, (id) => workloads.get(id), useOf)),
        ...next,
      },
    };
  }

  /**
   * The workloads with shares of the nodes that the caller may see, in one query; empty unless holders are requested.
   */
  private async workloadsOn(
    nodes: readonly NodeReport[],
    call: Call,
  ): Promise<ReadonlyMap<string, NamedWorkload>> {
    const ids = nodes.flatMap(({ devices }) =>
      devices.flatMap(({ holders = [] }) => holders.map(({ workloadId }) => workloadId)),
    );
    const seen = visibility(principalOf(call), 'workloads');
    const named = await this.reader.named(seen, [...new Set(ids)]);
    return new Map(named.map((workload) => [workload.id, workload]));
  }
}
