import type { ReplicaChange } from './replica';
import { WaitingPlaces } from './waiting-room';
import { Workload } from './workload';

export interface RoutingOptions {
  /** Most requests of one workload that may wait. */
  readonly holdLimit: number;
  /** Most requests of all workloads that may wait. */
  readonly holdTotal: number;
  /**
   * How long a workload is kept after its last pod was deleted, ms: a replaced pod must not look like a deleted
   * workload.
   */
  readonly cacheMs: number;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Workloads by project and name, updated from the changes of their replicas. */
export class RoutingTable {
  private readonly workloads = new Map<string, Workload>();
  private readonly places: WaitingPlaces;

  constructor(private readonly options: RoutingOptions) {
    this.places = new WaitingPlaces(options.holdTotal);
  }

  find(project: string, name: string): Workload | undefined {
    const key = `${project}/${name}`;
    const workload = this.workloads.get(key);
    if (!workload?.isForgotten(this.options.cacheMs, this.options.now())) return workload;
    this.workloads.delete(key);
    return undefined;
  }

  apply({ type, replica }: ReplicaChange): void {
    const key = `${replica.project}/${replica.workload}`;
    if (type === 'gone') return this.workloads.get(key)?.remove(replica.uid, this.options.now());
    const workload =
      this.find(replica.project, replica.workload) ??
      new Workload(replica.project, replica.workload, this.options.holdLimit, this.places);
    this.workloads.set(key, workload);
    workload.put(replica);
  }

  /** Every known workload. */
  all(): readonly Workload[] {
    const { cacheMs: cacheMs, now } = this.options;
    for (const [key, workload] of this.workloads)
      if (workload.isForgotten(cacheMs, now())) this.workloads.delete(key);
    return [...this.workloads.values()];
  }
}
