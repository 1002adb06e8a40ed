import { poolOfQuota, type QuotaPool } from './organisation-messages';
import type { QuotaResources } from './org-unit';

/** Deserved quota in one node pool: GPUs, cores, bytes. A resource without a quota is absent. */
export interface PoolQuota {
  readonly nodePool: string;
  readonly gpus: number;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
}

interface Quota {
  readonly nodePool?: { readonly id?: string | number; readonly name?: string } | null;
  readonly gpu: { readonly deserved: number };
  /** Millicores. */
  readonly cpu?: { readonly deserved?: number | null } | null;
  readonly memory?: { readonly deserved?: number | null; readonly units: keyof typeof BYTES } | null;
}

const BYTES = { Mib: 1_048_576, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** The quota of a project or department by node pool; entries for a missing pool are ignored. */
export function quotaByPool(resources: QuotaResources, pools: readonly QuotaPool[]): readonly PoolQuota[] {
  const quotas = new Map<string, PoolQuota>();
  // Validated against the schema of the request when it was stored.
  for (const { nodePool, gpu, cpu, memory } of resources as readonly unknown[] as readonly Quota[]) {
    const pool = poolOfQuota(nodePool ?? {}, pools);
    if (pool === undefined) continue;
    quotas.set(pool.name, {
      nodePool: pool.name,
      gpus: gpu.deserved,
      ...(typeof cpu?.deserved === 'number' ? { cpuCores: cpu.deserved / 1000 } : {}),
      ...(typeof memory?.deserved === 'number' ? { memoryBytes: memory.deserved * BYTES[memory.units] } : {}),
    });
  }
  return [...quotas.values()];
}
