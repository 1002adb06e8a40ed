import type { InformedClusterView } from '@tessera/adapter-kubernetes';
import { clusterSnapshot, nodeReports, pageOf } from '@tessera/application-reconciliation';
import type { NodeReport, NodeReports, NodesQuery } from '@tessera/contracts-internal';
import { HttpError } from '@tessera/platform-http';

type View = Pick<
  InformedClusterView,
  'notReady' | 'nodes' | 'replicasOn' | 'nodeStates' | 'reservationPodOf'
>;

/** The nodes of the cluster as the view shows them now. */
export class ClusterNodes {
  constructor(private readonly view: View) {}

  /** Whether the cluster state is loaded. */
  get loaded(): boolean {
    return this.view.notReady() === undefined;
  }

  /** Throws 503 until the cluster state is loaded. */
  assertLoaded(): void {
    if (!this.loaded) throw new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');
  }

  /** Nodes with their GPUs and allocations; throws 503 until the cluster state is loaded. */
  reports(): readonly NodeReport[] {
    return this.page({}).nodes;
  }

  /** A page of the nodes, sorted by name; on request with the holders of the shares of GPUs. */
  page({ holders = false, ...bounds }: NodesQuery): NodeReports {
    this.assertLoaded();
    const { view } = this;
    const podsOn = (node: string) => view.replicasOn(node);
    const { nodes, ...next } = pageOf(view.nodes(), bounds);
    const names = new Set(nodes.map(({ name }) => name));
    const states = view.nodeStates().filter(({ name }) => names.has(name));
    const reports = nodeReports(clusterSnapshot(nodes, podsOn, []), states, {
      reservationPodOf: (group) => view.reservationPodOf(group),
      ...(holders ? { podsOn } : {}),
    });
    return { nodes: reports, ...next };
  }
}
