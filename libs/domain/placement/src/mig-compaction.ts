import type { ClusterModel } from './model/cluster-model';
import { type MigGeometry, type MigLayout, planInstances } from '@tessera/domain-mig';

/** Fewest devices for the instances in use of one GPU model. */
export interface Compaction {
  readonly geometry: string;
  readonly devicesNow: number;
  /** Layouts that would hold all instances in use; getting there means restarting the replicas that move. */
  readonly devices: readonly MigLayout[];
  readonly lowerBound: number;
}

/**
 * Devices that a compaction of the MIG instances in use would save, per geometry and sorted by its name. It is a plan
 * for operators and for drains: nothing is moved, and a running instance never is.
 */
export function planCompaction(model: ClusterModel): readonly Compaction[] {
  const byKey = new Map<string, { geometry: MigGeometry; devices: number; wanted: Record<string, number> }>();
  for (const { devices } of model.nodes)
    for (const { mig } of devices) {
      const used = mig?.instances.filter(({ replicaId }) => replicaId !== undefined) ?? [];
      if (mig?.geometry === undefined || used.length === 0) continue;
      const { geometry } = mig;
      const sum = byKey.get(geometry.key) ?? { geometry, devices: 0, wanted: {} };
      sum.devices++;
      for (const { profile } of used) sum.wanted[profile] = (sum.wanted[profile] ?? 0) + 1;
      byKey.set(geometry.key, sum);
    }
  return [...byKey.values()]
    .map(({ geometry, devices, wanted }) => {
      const plan = planInstances(geometry, wanted);
      return { geometry: geometry.key, devicesNow: devices, ...plan };
    })
    .sort((a, b) => (a.geometry < b.geometry ? -1 : 1));
}
