import { fieldsOf } from '../wire/json';
import type { Strategy } from './strategy';

/** A namespace carries its own name as a label and is held by the finalizer `kubernetes` until it is empty. */
export const namespaceStrategy: Strategy = {
  prepareCreate: (object) => {
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
    object['spec'] = { ...fieldsOf(object['spec']), finalizers: ['kubernetes'] };
    object['status'] = { phase: 'Active' };
  },
  prepareUpdate: (object, previous) => {
    object['spec'] = previous['spec'];
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
  },
};
