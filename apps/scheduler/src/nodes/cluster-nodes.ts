import type { InformedClusterView } from '@tessera/adapter-kubernetes';
import { clusterSnapshot, nodeReports } from '@tessera/application-reconciliation';
import type { NodeReport } from '@tessera/contracts-internal';
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
    this.assertLoaded();
    const { view } = this;
    const snapshot = clusterSnapshot(view.nodes(), (node) => view.replicasOn(node), []);
    return nodeReports(snapshot, view.nodeStates(), (group) => view.reservationPodOf(group));
  }
}
