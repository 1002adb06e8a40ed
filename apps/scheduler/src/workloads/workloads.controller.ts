import { Controller, Param, UseGuards } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { groupKey, groupsOf } from '@tessera/application-reconciliation';
import type { InternalAnswer } from '@tessera/contracts-internal';
import { toIntent } from '@tessera/domain-workload';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { ClusterNodes } from '../nodes/cluster-nodes';
import { existingObjects } from './existing-objects';
import { knownWorkload } from './known-workload';

/** What exists for a workload on the cluster, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class WorkloadsController {
  constructor(
    private readonly workloads: PostgresAcceptedWorkloads,
    private readonly view: InformedClusterView,
    private readonly nodes: ClusterNodes,
  ) {}

  @Serves('workloadObjects')
  async objects(@Param('workloadId') workloadId: string): Promise<InternalAnswer<'workloadObjects'>['body']> {
    this.nodes.assertLoaded();
    const workload = await knownWorkload(this.workloads, workloadId);
    const { view } = this;
    const pods = view.replicasOf(workloadId);
    const groups = new Set(pods.flatMap(({ allocation }) => groupsOf(allocation).map(groupKey)));
    const { intent } = toIntent(workload.spec, workload.references);
    return existingObjects({
      namespace: workload.ref.namespace,
      pods,
      reservationPods: [...groups].flatMap((group) => view.reservationPodOf(group) ?? []),
      objects: view.objects.ofWorkload(workloadId),
      claims: view
        .claimsOf({ workload, intent })
        .flatMap(({ name, phase }) => (phase === undefined ? [] : [name])),
    });
  }
}
