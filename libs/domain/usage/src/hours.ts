import { endOf, type Allocation, type GpuKind } from './allocation';

export const HOUR_MS = 3_600_000;

/** A period of time, milliseconds since the epoch: `from` belongs to it, `to` does not. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Start of the hour (UTC) of a moment. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** GPU time of a workload on one kind of GPU within one hour. */
export interface GpuHour extends GpuKind {
  readonly workloadId: string;
  /** Start of the hour, milliseconds since the epoch. */
  readonly hour: number;
  /** Thousandths of a device times milliseconds: a whole device for an hour is 3.6e9. */
  readonly gpuTime: number;
}

/**
 * The GPU time of allocations within a period, by workload, kind and hour. Exact: each millisecond of an allocation
 * counts in the hour that it lies in, and once; one without an end is held until the end of the period.
 */
export function gpuHours(allocations: readonly Allocation[], { from, to }: Period): readonly GpuHour[] {
  const rows = new Map<string, GpuHour>();
  for (const allocation of allocations) {
    const start = Math.max(from, allocation.startedAt);
    const end = Math.min(to, endOf(allocation) ?? to);
    for (let hour = hourOf(start); hour < end; hour += HOUR_MS) {
      const heldMs = Math.min(end, hour + HOUR_MS) - Math.max(start, hour);
      add(rows, allocation, hour, allocation.milliGpu * heldMs);
    }
  }
  return [...rows.values()];
}

function add(rows: Map<string, GpuHour>, allocation: Allocation, hour: number, gpuTime: number): void {
  if (gpuTime === 0) return;
  const { workloadId, nodePool, gpuType, migProfile } = allocation;
  const key = JSON.stringify([hour, workloadId, nodePool, gpuType, migProfile]);
  const before = rows.get(key)?.gpuTime ?? 0;
  rows.set(key, { workloadId, nodePool, gpuType, migProfile, hour, gpuTime: before + gpuTime });
}
