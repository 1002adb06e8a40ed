import type { CapacityChange, CapacityKind, ReplicaPod } from '@tessera/application-reconciliation';
import type { PodWire } from '../api/wire';

/** The capacity that the end of a replica frees on its node. */
export function freedByReplica(
  { allocation, projectId, departmentId }: ReplicaPod,
  node: Pick<CapacityChange, 'node'>,
): CapacityChange {
  const devices: readonly CapacityKind[] = allocation?.kind === 'mig' ? ['mig', 'gpu'] : ['gpu'];
  const kinds: readonly CapacityKind[] =
    (allocation?.devices ?? []).length === 0 ? ['pod'] : ['pod', ...devices, 'quota'];
  return { kinds, ...node, orgUnits: [projectId, departmentId] };
}

/** The capacity that the end of a foreign pod frees on its node. */
export function freedByForeign({ spec }: PodWire, node: Pick<CapacityChange, 'node'>): CapacityChange {
  const usesGpu = spec.containers.some(({ resources }) =>
    Object.keys(resources?.limits ?? {}).some((name) => name.startsWith('nvidia.com/')),
  );
  return { kinds: usesGpu ? ['pod', 'gpu', 'mig'] : ['pod'], ...node };
}
