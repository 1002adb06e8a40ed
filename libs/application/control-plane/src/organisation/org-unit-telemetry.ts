import type { OrgUnitTelemetryType } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import type { Group, Part } from '../reading/telemetry';
import type { NodePoolRecord } from './node-pool-store';
import type { QuotaResources } from './org-unit';
import { quotaByPool, type PoolQuota } from './quota-totals';

/** A project or department. */
export interface MeasuredOrgUnit {
  readonly id: string;
  readonly name: string;
  readonly clusterId: string;
  /** Of a project. */
  readonly department?: { readonly id: string; readonly name: string };
  readonly resources: QuotaResources;
}

/** Resources that placed pods of a project or department hold in a node pool. */
export interface HeldResources {
  readonly id: string;
  /** Label of the pods' nodes; absent on nodes without one. */
  readonly nodePool?: string;
  readonly preemptible: boolean;
  readonly gpus: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** Input of the telemetry of projects or departments. */
export interface OrgUnitState {
  readonly orgUnits: readonly MeasuredOrgUnit[];
  readonly held: readonly HeldResources[];
  readonly pools: readonly NodePoolRecord[];
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
}

const MB = 1_000_000;
const MIB = 1_048_576;
const MILLI = 1000;

/** GPUs, millicores or MB of a quota; undefined without one. */
const QUOTAS: Readonly<Record<string, (quota: PoolQuota) => number | undefined>> = {
  GPU_QUOTA: ({ gpus }) => gpus,
  CPU_QUOTA: ({ cpuCores }) => (cpuCores === undefined ? undefined : cpuCores * MILLI),
  MEMORY_QUOTA: ({ memoryBytes }) => (memoryBytes === undefined ? undefined : memoryBytes / MB),
};
const HELD: Readonly<Record<string, (held: HeldResources) => number>> = {
  GPU_ALLOCATION: ({ gpus }) => gpus,
  CPU_ALLOCATION: ({ cpuMilli }) => cpuMilli,
  MEMORY_ALLOCATION: ({ memoryMiB }) => (memoryMiB * MIB) / MB,
};
const NON_PREEMPTIBLE = '_NON_PREEMPTIBLE';

/**
 * Parts of the telemetry of projects or departments, by node pool: the quota of each, or the resources that its pods
 * hold. Every pool has a part, 0 where there is nothing.
 */
export function orgUnitParts(type: OrgUnitTelemetryType, state: OrgUnitState): readonly Part[] {
  return state.orgUnits.flatMap((orgUnit) => {
    const pools = state.pools.filter(({ clusterId }) => clusterId === orgUnit.clusterId);
    const part = (value: number, pool: string | undefined): Part => ({
      value,
      groups: groupsOf(orgUnit, poolNamed(pool, pools), state),
    });
    const none = pools.map(({ name }) => part(0, name));
    const ofQuota = QUOTAS[type];
    if (ofQuota !== undefined) {
      const quotas = quotaByPool(orgUnit.resources, pools);
      return [...none, ...quotas.map((quota) => part(ofQuota(quota) ?? 0, quota.nodePool))];
    }
    const amount = HELD[type.replace(NON_PREEMPTIBLE, '')];
    const counts = type.endsWith(NON_PREEMPTIBLE)
      ? ({ preemptible }: HeldResources) => !preemptible
      : () => true;
    const held = state.held.filter((one) => one.id === orgUnit.id && counts(one));
    return [...none, ...held.map((one) => part(amount?.(one) ?? 0, one.nodePool))];
  });
}

/** The pool as a group by its id; nodes without a label are in the default pool. */
function poolNamed(name: string | undefined, pools: readonly NodePoolRecord[]): Group {
  const pool = pools.find((one) => (name === undefined ? one.isDefault : one.name === name));
  return { value: pool === undefined ? '' : String(pool.id), ...maybe('name', pool?.name ?? name) };
}

function groupsOf(
  { id, name, clusterId, department }: MeasuredOrgUnit,
  pool: Group,
  { clusters }: OrgUnitState,
): Part['groups'] {
  const cluster = {
    value: clusterId,
    ...maybe('name', clusters.find((one) => one.id === clusterId)?.name),
  };
  return {
    ClusterId: cluster,
    CLUSTER_ID: cluster,
    NodepoolId: pool,
    NodepoolName: { value: pool.name ?? '' },
    ...(department === undefined
      ? { DepartmentId: { value: id, name } }
      : { ParentId: { value: department.id, name: department.name }, ProjectId: { value: id, name } }),
  };
}
