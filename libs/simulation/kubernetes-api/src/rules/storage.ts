import { fieldsOf, listOf } from '../wire/json';
import { knownResource } from '../resources';
import { forbiddenField, required } from '../status-error';
import { sameJson } from '../wire/json';
import type { ApiContext } from '../context';
import type { Strategy } from './strategy';

/** Finalizer of every claim, which keeps it while a pod uses it. */
export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

function defaultClass({ store }: ApiContext): string | undefined {
  for (const { object } of store.collection(knownResource('storageclasses', 'storage.k8s.io')).in())
    if (object.metadata.annotations?.[DEFAULT_CLASS] === 'true') return object.metadata.name;
  return undefined;
}

/** Claims: Pending until a provisioner binds them; afterwards only the requested size and the volume may change. */
export const claimStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate: (object, context) => {
    const spec = fieldsOf(object['spec']);
    spec['volumeMode'] ??= 'Filesystem';
    const fallback = spec['storageClassName'] === undefined ? defaultClass(context) : undefined;
    if (fallback !== undefined) spec['storageClassName'] = fallback;
    object['spec'] = spec;
    object['status'] = { phase: 'Pending' };
    object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), CLAIM_PROTECTION])];
  },
  validate: (object) => {
    const spec = fieldsOf(object['spec']);
    const requests = fieldsOf(fieldsOf(spec['resources'])['requests']);
    return [
      ...(listOf(spec['accessModes']).length === 0
        ? [required('spec.accessModes', 'at least 1 access mode is required')]
        : []),
      ...(requests['storage'] === undefined ? [required('spec.resources[storage]')] : []),
    ];
  },
  validateUpdate: (object, previous) => {
    const fixed = (source: unknown): unknown => {
      const { resources: _resources, volumeName: _volumeName, ...rest } = fieldsOf(source);
      return rest;
    };
    return sameJson(fixed(object['spec']), fixed(previous['spec']))
      ? []
      : [
          forbiddenField(
            'spec',
            'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
          ),
        ];
  },
};
