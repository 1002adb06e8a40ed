import { interned, type Holder } from '@tessera/application-reconciliation';
import { HOLDER, HOLDER_ANNOTATIONS, HOLDER_LABELS, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { phaseOf, trouble } from './replica-pod';
import type { PodWire } from './wire';

/** Our holder in the words of the application; undefined where the pod is none: only in the namespace of holders is one. */
export function toHolder(pod: PodWire, inNamespace: string): Holder | undefined {
  const { metadata, spec } = pod;
  if (metadata.namespace !== inNamespace) return undefined;
  const labels = metadata.labels ?? {};
  if (labels[HOLDER_LABELS.component] !== HOLDER.component || labels[LABELS.managedBy] !== MANAGED_BY)
    return undefined;
  const slot = Number(labels[HOLDER_LABELS.slot]);
  if (spec.nodeName === undefined || !Number.isInteger(slot)) return undefined;
  const told = metadata.annotations?.[HOLDER_ANNOTATIONS.uuid];
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: interned(metadata.namespace ?? 'default'),
    node: interned(spec.nodeName),
    slot,
    phase: phaseOf(pod),
    terminating: metadata.deletionTimestamp !== undefined,
    createdAt: metadata.creationTimestamp,
    ...(told ? { device: bareUuid(told) } : {}),
    ...trouble(pod),
  };
}

/** A device may be told by its CDI name, `<vendor>/<class>=<UUID>`. */
const bareUuid = (text: string): string => text.slice(text.lastIndexOf('=') + 1);
