import { removeMessages } from './messages';
import type { AuditedCall } from '../access/caller';
import type { WorkloadRecord } from './model';
import type { ControlPlaneDependencies } from './ports';

/**
 * Requests the deletion of a workload: `deleting` also if it was requested before (then only the audit log grows),
 * `not-found` if the workload no longer exists. The caller's right is checked before.
 */
export async function deleteInference(
  dependencies: ControlPlaneDependencies,
  workloadId: string,
  call: AuditedCall,
): Promise<'deleting' | 'not-found'> {
  const now = new Date(dependencies.clock.now()).toISOString();
  return dependencies.store.transaction(async (tx) => {
    const workload = await tx.lock(workloadId);
    if (workload === undefined || workload.deletedAt !== undefined) return 'not-found';
    await tx.audit({ ...call, at: now, target: workloadId });
    if (workload.desiredPhase === 'Deleted') return 'deleting';
    const next = deleting(workload, now);
    await tx.save(next);
    await tx.append([
      { id: dependencies.newId(), workloadId, createdAt: now, kind: 'phase', phase: 'Deleting', message: '' },
    ]);
    const { topicPrefix, newId } = dependencies;
    const context = { topicPrefix, newId, now, traceparent: call.caller.traceparent };
    await tx.publish(removeMessages({ ...next, sequence: workload.sequence }, context));
    return 'deleting';
  });
}

const deleting = (workload: WorkloadRecord, now: string): WorkloadRecord => ({
  ...workload,
  desiredPhase: 'Deleted',
  phase: 'Deleting',
  phaseMessage: '',
  phaseUpdatedAt: now,
  updatedAt: now,
  generation: workload.generation + 1,
  sequence: workload.sequence + 1,
});
