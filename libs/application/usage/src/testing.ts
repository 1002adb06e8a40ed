import { endOf, type Allocation, type GpuHour, type Period } from '@tessera/domain-usage';
import type { UsageStore, UsageTransaction, UsageWorkload } from './ports';

interface Stored {
  readonly until: number;
  readonly workloads: ReadonlySet<string>;
  readonly allocations: ReadonlyMap<string, Allocation>;
  readonly hours: readonly GpuHour[];
}

const NOTHING: Stored = { until: 0, workloads: new Set(), allocations: new Map(), hours: [] };

/** A working store in memory, which knows these clusters. Specs may also read and write it outside transactions. */
export class MemoryUsage implements UsageStore, UsageTransaction {
  private stored = NOTHING;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly clusterIds: readonly string[]) {}

  get hours(): readonly GpuHour[] {
    return this.stored.hours;
  }

  transaction<T>(work: (tx: UsageTransaction) => Promise<T>): Promise<T> {
    const run = this.last.then(async () => {
      const before = this.stored;
      try {
        return await work(this);
      } catch (error) {
        this.stored = before;
        throw error;
      }
    });
    this.last = run.catch(() => undefined);
    return run;
  }

  async settledUntil(): Promise<number> {
    return this.stored.until;
  }

  async settle(until: number): Promise<void> {
    this.stored = { ...this.stored, until };
  }

  async saveWorkloads(workloads: readonly UsageWorkload[]): Promise<ReadonlySet<string>> {
    const ids = workloads
      .filter(({ clusterId }) => this.clusterIds.includes(clusterId))
      .map(({ workloadId }) => workloadId);
    this.stored = { ...this.stored, workloads: new Set([...this.stored.workloads, ...ids]) };
    return new Set(ids);
  }

  async known(pods: readonly string[], workloads: readonly string[]): Promise<readonly Allocation[]> {
    return this.allocations().filter(
      (one) => pods.includes(one.podId) || (workloads.includes(one.workloadId) && endOf(one) === undefined),
    );
  }

  async save(allocations: readonly Allocation[]): Promise<void> {
    this.demandStored(allocations);
    const saved = allocations.map((one) => [one.podId, one] as const);
    this.stored = { ...this.stored, allocations: new Map([...this.stored.allocations, ...saved]) };
  }

  async heldIn({ from, to }: Period, workloadId?: string): Promise<readonly Allocation[]> {
    return this.allocations().filter(
      (one) => isOf(one, workloadId) && one.startedAt < to && (endOf(one) ?? Infinity) > from,
    );
  }

  async replaceHours({ from, to }: Period, rows: readonly GpuHour[], workloadId?: string): Promise<void> {
    this.demandStored(rows);
    const others = this.hours.filter((row) => !isOf(row, workloadId) || row.hour < from || row.hour >= to);
    const hours = [...others, ...rows];
    if (new Set(hours.map(keyOf)).size < hours.length) throw new Error('an hour is stored twice');
    this.stored = { ...this.stored, hours };
  }

  private allocations(): readonly Allocation[] {
    return [...this.stored.allocations.values()];
  }

  private demandStored(rows: readonly { readonly workloadId: string }[]): void {
    const unknown = rows.find(({ workloadId }) => !this.stored.workloads.has(workloadId));
    if (unknown !== undefined) throw new Error(`the workload ${unknown.workloadId} is not stored`);
  }
}

const isOf = (one: { readonly workloadId: string }, workloadId: string | undefined): boolean =>
  workloadId === undefined || one.workloadId === workloadId;

const keyOf = ({ workloadId, hour, nodePool, gpuType, migProfile }: GpuHour): string =>
  JSON.stringify([workloadId, hour, nodePool, gpuType, migProfile]);
