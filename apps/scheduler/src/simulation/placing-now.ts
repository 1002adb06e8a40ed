import type { InformedClusterView } from '@tessera/adapter-kubernetes';
import {
  clusterSnapshot,
  explaining,
  placing,
  type Explain,
  type ObservedTasks,
  type OrganisationUnits,
  type Placer,
  type Reconciler,
} from '@tessera/application-reconciliation';
import type { ClusterSnapshot } from '@tessera/domain-placement';
import type { SchedulerConfig } from '../config';
import { policies } from '../reconciliation/options';

interface PlacingDependencies {
  readonly config: SchedulerConfig;
  readonly view: Pick<InformedClusterView, 'notReady' | 'nodes' | 'replicasOn'>;
  readonly reconciler: Pick<Reconciler, 'usable' | 'offRejectingNodes' | 'asDecided' | 'keeping'>;
  readonly orgUnits: Pick<OrganisationUnits, 'quota'>;
  readonly tasks: ObservedTasks;
}

/** Placement on the cluster state of the moment of the call; undefined until that is loaded. */
export type PlacingNow = () => Promise<Placer | undefined>;
/** The same for explanations. */
export type ExplainingNow = () => Promise<Explain | undefined>;

export const placingNow =
  (on: PlacingDependencies): PlacingNow =>
  async () => {
    const snapshot = await snapshotNow(on);
    if (snapshot === undefined) return undefined;
    return on.reconciler.offRejectingNodes(placing(optionsOf(on))(snapshot, on.reconciler.keeping));
  };

export const explainingNow =
  (on: PlacingDependencies): ExplainingNow =>
  async () => {
    const snapshot = await snapshotNow(on);
    if (snapshot === undefined) return undefined;
    const explain = explaining(optionsOf(on))(snapshot, on.reconciler.keeping);
    return (request) => explain(on.reconciler.asDecided(request));
  };

async function snapshotNow({
  view,
  reconciler,
  orgUnits,
}: PlacingDependencies): Promise<ClusterSnapshot | undefined> {
  if (view.notReady() !== undefined) return undefined;
  const { rules } = await orgUnits.quota();
  return clusterSnapshot(reconciler.usable(view.nodes()), (node) => view.replicasOn(node), rules);
}

/** A simulation is no demand: its request does not count as observed. */
const optionsOf = ({ config, tasks }: PlacingDependencies) => ({
  ...policies(config),
  tasks: { mix: () => tasks.mix(), see: () => undefined },
});
