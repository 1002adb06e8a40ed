import { isDeepStrictEqual } from 'node:util';
import type { WorkloadRef } from '@tessera/contracts-events';
import { interned } from '@tessera/kernel';

/** References of the accepted workloads known to this process. */
export class WorkloadRefs {
  private readonly refs = new Map<string, WorkloadRef>();

  /** `onNew` is called for each workload that is new or whose reference changed. */
  constructor(private readonly onNew: (workloadId: string) => void = () => undefined) {}

  of(workloadId: string): WorkloadRef | undefined {
    return this.refs.get(workloadId);
  }

  see(ref: WorkloadRef): void {
    if (isDeepStrictEqual(this.of(ref.workloadId), ref)) return;
    this.refs.set(ref.workloadId, withInterned(ref));
    this.onNew(ref.workloadId);
  }

  forget(workloadId: string): void {
    this.refs.delete(workloadId);
  }
}

/** Thousands of workloads share these values. */
const withInterned = (ref: WorkloadRef): WorkloadRef => ({
  ...ref,
  clusterId: interned(ref.clusterId),
  projectId: interned(ref.projectId),
  projectName: interned(ref.projectName),
  departmentId: interned(ref.departmentId),
  departmentName: interned(ref.departmentName),
  namespace: interned(ref.namespace),
});
