import { endOf, type Allocation, type GpuHour, type Period } from '@tessera/domain-usage';
import type { UsageStore, UsageTransaction, UsageWorkload } from './ports';

/** A working store in memory. */
export class MemoryUsage implements UsageStore, UsageTransaction {
  readonly allocations = new Map<string, Allocation>();
  hours: GpuHour[] = [];
  private until = 0;

  transaction<T>(work: (tx: UsageTransaction) => Promise<T>): Promise<T> {
    return work(this);
  }
  async settledUntil(): Promise<number> {
    return this.until;
  }
  async settle(until: number): Promise<void> {
    this.until = until;
  }
  async saveWorkloads(workloads: readonly UsageWorkload[]): Promise<ReadonlySet<string>> {
    return new Set(workloads.map(({ workloadId }) => workloadId));
  }
  async known(pods: readonly string[], workloads: readonly string[]): Promise<readonly Allocation[]> {
    return [...this.allocations.values()].filter(
      (one) => pods.includes(one.podId) || (workloads.includes(one.workloadId) && endOf(one) === undefined),
    );
  }
  async save(allocations: readonly Allocation[]): Promise<void> {
    for (const one of allocations) this.allocations.set(one.podId, one);
  }
  async heldIn({ from, to }: Period, workloadId?: string): Promise<readonly Allocation[]> {
    return [...this.allocations.values()].filter(
      (one) => isOf(one, workloadId) && one.startedAt < to && (endOf(one) ?? Infinity) > from,
    );
  }
  async replaceHours({ from, to }: Period, rows: readonly GpuHour[], workloadId?: string): Promise<void> {
    const others = this.hours.filter((row) => !isOf(row, workloadId) || row.hour < from || row.hour >= to);
    this.hours = [...others, ...rows];
  }
}

const isOf = (one: { readonly workloadId: string }, workloadId: string | undefined): boolean =>
  workloadId === undefined || one.workloadId === workloadId;
