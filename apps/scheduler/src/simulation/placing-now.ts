import type { InformedClusterView } from '@tessera/adapter-kubernetes';
import {
  clusterSnapshot,
  placing,
  type ObservedTasks,
  type OrganisationUnits,
  type Place,
  type Reconciler,
} from '@tessera/application-reconciliation';
import type { SchedulerConfig } from '../config';
import { policies } from '../reconciliation/options';

interface PlacingDependencies {
  readonly config: SchedulerConfig;
  readonly view: Pick<InformedClusterView, 'notReady' | 'nodes' | 'replicasOn'>;
  readonly reconciler: Pick<Reconciler, 'usable' | 'offRejectingNodes' | 'keeping'>;
  readonly orgUnits: Pick<OrganisationUnits, 'quota'>;
  readonly tasks: ObservedTasks;
}

/** Placement on the cluster state of the moment of the call; undefined until that is loaded. */
export type PlacingNow = () => Promise<Place | undefined>;

export const placingNow =
  ({ config, view, reconciler, orgUnits, tasks }: PlacingDependencies): PlacingNow =>
  async () => {
    if (view.notReady() !== undefined) return undefined;
    const { rules } = await orgUnits.quota();
    const snapshot = clusterSnapshot(reconciler.usable(view.nodes()), (node) => view.replicasOn(node), rules);
    // A simulation is no demand: its request does not count as observed.
    const unobserved = { mix: () => tasks.mix(), see: () => undefined };
    const place = placing({ ...policies(config), tasks: unobserved })(snapshot, reconciler.keeping);
    return reconciler.offRejectingNodes(place);
  };
