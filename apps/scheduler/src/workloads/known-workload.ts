import type { AcceptedWorkload, AcceptedWorkloads } from '@tessera/application-reconciliation';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** A workload that has been accepted and is not deleted; throws 404 for any other. */
export async function knownWorkload(
  workloads: Pick<AcceptedWorkloads, 'load'>,
  workloadId: string,
): Promise<AcceptedWorkload> {
  const [workload] = await workloads.load([workloadId]);
  if (workload === undefined || workload.deleted || workload.removed)
    throw new HttpError(
      404,
      ERRORS[404].message,
      'The cluster has no such workload, or it is being deleted.',
    );
  return workload;
}
