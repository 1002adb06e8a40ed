import type { WorkloadRef } from '@tessera/contracts-events';
import type { AcceptedWorkloads } from '../ports';
import { WorkloadRefs } from './workload-refs';

interface KnownWorkloadsDependencies {
  readonly workloads: Pick<AcceptedWorkloads, 'load'> & {
    /** References of the workloads that have not been deleted. */
    readonly refs: () => Promise<readonly WorkloadRef[]>;
  };
  /** Called for each workload that was not known before. */
  readonly onNew: (workloadId: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Maximum number of ids that wait for a lookup. A dropped id returns with the next change of its pod. */
const MOST_WAITING = 1_000;

/** The accepted workloads: all of them at start, later those that a pod names and that are not known yet. */
export class KnownWorkloads {
  readonly refs: WorkloadRefs;
  private readonly waiting = new Set<string>();
  private asking = false;

  constructor(private readonly on: KnownWorkloadsDependencies) {
    this.refs = new WorkloadRefs((id) => on.onNew(id));
  }

  /** Reads all workloads. */
  async read(): Promise<void> {
    for (const ref of await this.on.workloads.refs()) this.refs.see(ref);
  }

  /** Looks up one workload. Lookups are batched, one query at a time. A workload that is not found stays unknown. */
  ask(workloadId: string): void {
    if (this.waiting.size >= MOST_WAITING) return;
    this.waiting.add(workloadId);
    if (this.asking) return;
    this.asking = true;
    void this.answer().finally(() => (this.asking = false));
  }

  private async answer(): Promise<void> {
    while (this.waiting.size > 0) {
      const ids = [...this.waiting];
      this.waiting.clear();
      try {
        for (const { ref, deleted } of await this.on.workloads.load(ids)) if (!deleted) this.refs.see(ref);
      } catch (error) {
        this.on.onError(error);
      }
    }
  }
}
