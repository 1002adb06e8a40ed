import type { Allocation, GpuHour, Period } from '@tessera/domain-usage';

/** A workload with its place in the organisation, as its latest event names it. */
export interface UsageWorkload {
  readonly workloadId: string;
  readonly name: string;
  readonly clusterId: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly departmentId: string;
  readonly departmentName: string;
}

/** The recorded allocations, and the hours derived from them. */
export interface UsageStore {
  /** Runs the work in one transaction; no other one that writes usage runs meanwhile. */
  transaction<T>(work: (tx: UsageTransaction) => Promise<T>): Promise<T>;
}

export interface UsageTransaction {
  /** Up to when hours are stored, milliseconds since the epoch, a full hour; 0 before the first. */
  settledUntil(): Promise<number>;
  /** Stores the names of workloads; returns the ids of those in clusters that this platform knows. */
  saveWorkloads(workloads: readonly UsageWorkload[]): Promise<ReadonlySet<string>>;
  /** The allocations of these pods, and those of these workloads that have no end. */
  known(podIds: readonly string[], workloadIds: readonly string[]): Promise<readonly Allocation[]>;
  save(allocations: readonly Allocation[]): Promise<void>;
  /** Every allocation that was held at some time of the period, of one workload or of all. */
  heldIn(period: Period, workloadId?: string): Promise<readonly Allocation[]>;
  /** Replaces the stored hours of the period, of one workload or of all. */
  replaceHours(period: Period, rows: readonly GpuHour[], workloadId?: string): Promise<void>;
  /** From now on, hours are stored until then. */
  settle(until: number): Promise<void>;
}
