import type { ConfigMapWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS, workloadOf, type OwnerSources } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import type { KnownWorkload } from '../routing/replica';

/** What the cache keeps of an owner object. */
export function trimmedOwner({ metadata }: ConfigMapWire): ConfigMapWire {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels } = metadata;
  const autoscaling = metadata.annotations?.[ANNOTATIONS.autoscaling];
  return {
    metadata: {
      ...{ name, uid, resourceVersion, creationTimestamp },
      ...maybe('namespace', namespace),
      ...maybe('deletionTimestamp', deletionTimestamp),
      ...maybe('labels', labels),
      ...(autoscaling === undefined ? {} : { annotations: { [ANNOTATIONS.autoscaling]: autoscaling } }),
    },
  };
}

/** The workload whose owner object this is; undefined where it belongs to none, whatever its labels say. */
export function workloadOfOwner(
  { metadata }: ConfigMapWire,
  bindingOf: OwnerSources['bindingOf'],
): KnownWorkload | undefined {
  if (metadata.deletionTimestamp !== undefined) return undefined;
  const identity = workloadOf(metadata, bindingOf);
  if (identity === undefined) return undefined;
  const { project, workload, workloadId } = identity;
  const limit = hardLimitOf(metadata.annotations?.[ANNOTATIONS.autoscaling]);
  return {
    uid: metadata.uid,
    project,
    workload,
    workloadId,
    ...maybe('concurrencyHardLimit', limit),
  };
}

/** The limit in the autoscaling settings of the request, which the annotation has as JSON; 0 is none. */
function hardLimitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    const { concurrencyHardLimit: limit } = JSON.parse(text) as { readonly concurrencyHardLimit?: unknown };
    return typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? limit : undefined;
  } catch {
    return undefined;
  }
}
