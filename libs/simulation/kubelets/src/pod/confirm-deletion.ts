import { isConflict, isNotFound, objectPath } from '@tessera/simulation-kubernetes-api/client';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';
import type { PodHost } from './pod-host';

/** Removes the object of a terminated pod, as a kubelet does; one that is gone or replaced needs no removal. */
export async function confirmDeletion({ metadata }: Pod, { client, logger }: PodHost): Promise<void> {
  const { name, namespace, uid } = metadata;
  try {
    await client.remove(objectPath('pods', name, namespace), {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error))
      logger.warn({ err: error, pod: name }, 'could not confirm the termination of a pod');
  }
}
