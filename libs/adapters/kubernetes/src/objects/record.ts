import type { V1ConfigMap, V1OwnerReference } from '@kubernetes/client-node';
import type { RealisedWorkload } from '@tessera/application-reconciliation';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import type { InferenceSpec } from '@tessera/domain-workload';
import { objectName, workloadLabels } from './metadata';

/**
 * The object that owns all others of a workload: whoever deletes it ends them, `kubectl drain` knows the pods as managed,
 * and what has no object of its own stands here in annotations.
 */
export function workloadRecord({ workload }: RealisedWorkload): V1ConfigMap {
  const { name, namespace } = workload.ref;
  const annotations = recordAnnotations(workload.spec);
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

/** Reference of what belongs to a workload to its record. */
export const ownedBy = (record: { readonly name: string; readonly uid: string }): V1OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: record.name,
  uid: record.uid,
  controller: true,
});

function recordAnnotations(spec: InferenceSpec): Record<string, string> {
  const { relatedUrls, servingConfiguration, autoscaling, category, preemptibility, servingPort } = spec;
  const { container: _container, ...serving } = servingPort ?? {};
  return {
    ...json(ANNOTATIONS.relatedUrls, relatedUrls),
    ...json(ANNOTATIONS.servingConfiguration, { ...servingConfiguration, ...serving }),
    ...json(ANNOTATIONS.autoscaling, autoscaling),
    ...json(ANNOTATIONS.storageNames, storageNames(spec)),
    ...(category ? { [ANNOTATIONS.category]: category } : {}),
    ...(preemptibility ? { [ANNOTATIONS.preemptibility]: preemptibility } : {}),
  };
}

/** Names of the instances in the request, by kind and place: volumes are named by us. */
const storageNames = ({ storage }: InferenceSpec): Record<string, string> =>
  Object.fromEntries(
    Object.entries(storage ?? {}).flatMap(([kind, items]) =>
      (items ?? []).flatMap((item, index) => {
        const name = (item as { readonly name?: string | null } | null)?.name;
        return name ? [[`${kind}[${index}]`, name]] : [];
      }),
    ),
  );

function json(name: string, value: object | null | undefined): Record<string, string> {
  const text = JSON.stringify(value ?? {});
  return text === '{}' || text === '[]' ? {} : { [name]: text };
}
