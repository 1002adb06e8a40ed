import type { V1ConfigMap, V1OwnerReference } from '@kubernetes/client-node';
import type { CompiledWorkload } from '@tessera/application-reconciliation';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { recordTexts, type InferenceSpec } from '@tessera/domain-workload';
import { objectName, workloadLabels } from './metadata';

/**
 * The owner object of a workload: deleting it deletes all other objects, `kubectl drain` treats the pods as managed,
 * and its annotations hold what has no object of its own.
 */
export function ownerObject({ workload }: CompiledWorkload): V1ConfigMap {
  const { name, namespace } = workload.ref;
  const annotations = ownerAnnotations(workload.spec);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: objectName(name, 'workload'),
      namespace,
      labels: workloadLabels(workload),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  };
}

/** Owner reference from an object of a workload to its owner object. */
export const ownedBy = (record: { readonly name: string; readonly uid: string }): V1OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: record.name,
  uid: record.uid,
  controller: true,
});

const ownerAnnotations = (spec: InferenceSpec): Record<string, string> =>
  Object.fromEntries(recordTexts(spec).map(({ name, text }) => [ANNOTATIONS[name], text]));
