import type { WorkloadRef } from '@tessera/contracts-events';
import type { AcceptedWorkloads } from '../ports';
import { WorkloadRefs } from './workload-refs';

interface KnownWorkloadsDependencies {
  readonly workloads: Pick<AcceptedWorkloads, 'load'> & {
    /** Whose the workloads are that are not gone. */
    readonly refs: () => Promise<readonly WorkloadRef[]>;
  };
  /** Told of each workload that was not known before. */
  readonly onNew: (workloadId: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Ids that wait for an answer at most; a pod names its workload again with its next change. */
const MOST_WAITING = 1_000;

/** The workloads that were accepted: all of them at the start, and later those that pods name and nobody knows yet. */
export class KnownWorkloads {
  readonly refs: WorkloadRefs;
  private readonly waiting = new Set<string>();
  private asking = false;

  constructor(private readonly on: KnownWorkloadsDependencies) {
    this.refs = new WorkloadRefs((id) => on.onNew(id));
  }

  /** Reads all of them. */
  async read(): Promise<void> {
    for (const ref of await this.on.workloads.refs()) this.refs.see(ref);
  }

  /** Looks one up: together with others, one question at a time. What is not found stays unknown. */
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
        for (const { ref, gone } of await this.on.workloads.load(ids)) if (!gone) this.refs.see(ref);
      } catch (error) {
        this.on.onError(error);
      }
    }
  }
}
